"""I-07: what is exported and put into an empty profile is the same."""

import asyncio
import json
import shutil
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.core.attachment import Attachment as DraftFile
from desktop.core.chat_settings import EFFORTS, ChatSettings, Preset
from desktop.core.content import DocumentPart, ImagePart, Role, TextPart, Usage
from desktop.core.conversation import Conversation, Message, MessageStatus, StoredError, TitledBy
from desktop.core.extras import Extras
from desktop.core.ids import (
    CollectionId,
    ConversationId,
    DocumentId,
    FolderId,
    MessageId,
    PresetId,
    new_preset_id,
)
from desktop.core.organising import Folder
from desktop.core.sources import Attachment, SentPassage
from desktop.services.backups import Backups
from desktop.services.transfer.codec import conversation_record, found_in
from desktop.services.transfer.exporter import Exporter, Format
from desktop.services.transfer.extras_codec import extras_in, extras_record
from desktop.services.transfer.importer import Importer, Report
from desktop.storage import importing, schema
from desktop.storage.database import Database
from desktop.storage.importing import Labels
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.library import LibraryRepository
from tests.services.transfer.conftest import ignore, put_in

Sent = dict[MessageId, list[SentPassage]]
Whole = tuple[Conversation, list[Message], Labels, Sent]

any_text = st.text(st.characters(), max_size=30)  # NUL and halves of surrogate pairs too
moments = st.integers(0, 10**9).map(
    lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
parts = st.one_of(
    st.builds(TextPart, any_text),
    st.builds(ImagePart, st.binary(max_size=20), st.just("image/png")),
    st.builds(DocumentPart, st.binary(max_size=20), st.just("application/pdf"), any_text),
)
draft_files = st.builds(
    DraftFile,
    name=any_text,
    part=parts.filter(lambda part: not isinstance(part, TextPart)),
    tokens=st.integers(0, 10**6),
    detail=any_text,
    thumbnail=st.binary(max_size=20),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | any_text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(any_text, inner, max_size=2),
    max_leaves=4,
)
objects = st.dictionaries(any_text, json_values, max_size=2)
counts = st.none() | st.integers(0, 10**6)
passages = st.builds(
    SentPassage,
    number=st.integers(0, 20),
    title=any_text,
    text=any_text,
    place=any_text,
    document_id=st.none() | st.uuids(version=4).map(DocumentId),
    conversation_id=st.none() | st.uuids(version=4).map(ConversationId),
    message_id=st.none() | st.uuids(version=4).map(MessageId),
)
chat_settings = st.builds(
    ChatSettings,
    system_prompt=any_text,
    model=st.just("gpt-5"),
    source=any_text,
    temperature=st.none() | st.floats(0, 2),
    max_tokens=st.none() | st.integers(1, 10**6),
    reasoning_effort=st.none() | st.sampled_from(EFFORTS),
)
extras = st.builds(
    Extras,
    presets=st.lists(
        st.builds(
            Preset, id=st.uuids(version=4).map(PresetId), name=any_text, settings=chat_settings
        ),
        max_size=3,
        unique_by=(lambda each: each.id, lambda each: each.name),
    ).map(tuple),
    folders=st.lists(
        st.builds(Folder, id=st.uuids(version=4).map(FolderId), name=any_text),
        max_size=2,
        unique_by=lambda each: each.id,
    ).map(tuple),
)
settled = [s for s in MessageStatus if s not in {MessageStatus.PENDING, MessageStatus.STREAMING}]


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    """Make a conversation with a tree of messages, siblings in the order of their making."""
    conversation = Conversation(
        id=ConversationId(draw(st.uuids(version=4))),
        title=draw(any_text),
        created_at=draw(moments),
        updated_at=draw(moments),
        pinned=draw(st.booleans()),
        archived=draw(st.booleans()),
        deleted_at=draw(st.none() | moments),
        titled_by=draw(st.sampled_from(TitledBy)),
        model_choice=draw(objects),
        parameters=draw(objects),
        system_prompt=draw(any_text),
        draft=draw(any_text),
        draft_files=tuple(draw(st.lists(draft_files, max_size=2))),
    )
    messages: list[Message] = []
    for identity in draw(st.lists(st.uuids(version=4), max_size=6, unique=True)):
        above = [None, *(message.id for message in messages)]
        messages.append(
            Message(
                id=MessageId(identity),
                conversation_id=conversation.id,
                parent_id=draw(st.sampled_from(above)),
                role=draw(st.sampled_from(Role)),
                parts=tuple(draw(st.lists(parts, max_size=3))),
                status=draw(st.sampled_from(settled)),
                created_at=draw(moments),
                reasoning=draw(any_text),
                provider=draw(st.none() | any_text),
                model=draw(st.none() | any_text),
                usage=draw(st.none() | st.builds(Usage, input_tokens=counts, output_tokens=counts)),
                error=draw(
                    st.none()
                    | st.builds(StoredError, kind=any_text, message=any_text, cure=any_text)
                ),
                provider_state=draw(
                    st.none() | st.dictionaries(any_text, json_values, min_size=1, max_size=2)
                ),
                finish_reason=draw(st.none() | any_text),
                duration_ms=draw(counts),
                first_token_ms=draw(counts),
                reasoning_ms=draw(counts),
                warnings=tuple(draw(st.lists(any_text, max_size=2))),
            )
        )
    leaf = draw(st.sampled_from([m.id for m in messages])) if messages else None
    folder_id = draw(st.none() | st.uuids(version=4).map(FolderId))
    folder = draw(any_text) if folder_id else None
    tags = draw(st.lists(st.text("abc é", min_size=1, max_size=5), max_size=2, unique=True))
    draws_on = Attachment(history=draw(st.booleans()))
    labels = Labels(folder=folder, tags=tuple(sorted(tags)), draws_on=draws_on)
    sent: Sent = {}
    for message in messages:
        drawn = draw(st.lists(passages, max_size=2, unique_by=lambda p: p.number))
        if drawn:
            sent[message.id] = sorted(drawn, key=lambda each: each.number)
    return replace(conversation, leaf_id=leaf, folder_id=folder_id), messages, labels, sent


def comparable(whole: Whole) -> Any:
    conversation, messages, labels, sent = whole
    siblings: dict[Any, list[Any]] = {}
    for message in messages:
        siblings.setdefault(message.parent_id, []).append(message.id)
    return conversation, {message.id: message for message in messages}, siblings, labels, sent


@given(wholes())
def test_the_format_loses_nothing(whole: Whole) -> None:
    record = json.loads(json.dumps(conversation_record(*whole)))
    found = found_in(record)

    sent = {answer: list(each) for answer, each in found.passages.items()}
    assert comparable((found.conversation, list(found.messages), found.labels, sent)) == comparable(
        whole
    )
    assert found.skipped == ()


@given(extras)
def test_the_format_loses_no_preset_and_no_folder(beside: Extras) -> None:
    assert extras_in(json.loads(json.dumps(extras_record(beside)))) == beside


def test_every_field_is_in_the_format() -> None:
    """A field that is added to a conversation is not forgotten in its export."""
    moment = datetime.now(UTC)
    conversation = Conversation(
        id=ConversationId(MessageId(_uuid())), title="", created_at=moment, updated_at=moment
    )
    record = conversation_record(conversation, [])

    assert {field.name for field in fields(Conversation)} <= set(record)


def _uuid() -> Any:
    from uuid import uuid4

    return uuid4()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "parley.db"
    schema.create(path)
    return path


async def _profile(home: Path, template: Path) -> Database:
    paths = Paths.resolve(home)
    paths.create()
    shutil.copy(template, paths.database)
    return await Database.open(paths)


async def _through_a_file(
    given_: list[Whole], beside: Extras, folder: Path, template: Path
) -> tuple[list[Whole], Extras]:
    source = await _profile(folder / "source", template)
    target = await _profile(folder / "target", template)
    try:
        before = ArchiveRepository(source)
        for conversation, messages, labels, sent in given_:
            whole = importing.Whole(
                conversation=conversation, messages=tuple(messages), labels=labels, passages=sent
            )
            await before.add([whole])
        await before.finish(beside)
        path = folder / "all.json"
        ids = [*await before.ids(), *await before.ids(trash=True)]
        exporter = Exporter(before, _no_pdf)
        await exporter.export(ids, Format.JSON, path, ignore, with_extras=True)
        after = ArchiveRepository(target)
        importer = Importer(after, Backups(target, folder / "copies"))
        await put_in(importer, path)
        _, again = await put_in(importer, path)
        assert again == Report(conversations=0, messages=0)
        found: list[Whole] = []
        for each in ids:
            there = await after.whole(each)
            assert there is not None
            conversation, messages = there
            passages = await after.passages(each)
            sent = {key: list(value) for key, value in passages.items()}
            found.append((conversation, messages, await after.labels(conversation), sent))
        return found, await after.extras()
    finally:
        await source.close()
        await target.close()


async def _no_pdf(page: str, path: Path) -> None:
    raise AssertionError("nothing is printed")


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(wholes(), min_size=1, max_size=3, unique_by=lambda w: w[0].id), extras)
def test_through_a_file_into_an_empty_profile(
    tmp_path: Path, template: Path, given_: list[Whole], beside: Extras
) -> None:
    ids = [message.id for _, messages, _, _ in given_ for message in messages]
    if len(set(ids)) < len(ids):
        return
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    begun = datetime.now(UTC)
    found, there = asyncio.run(_through_a_file(given_, beside, folder, template))

    expected = {whole[0].id: comparable(_in_trash(whole)) for whole in given_}
    assert {whole[0].id: comparable(_in_trash(whole)) for whole in found} == expected
    trashed = [each.deleted_at for each, *_ in found if each.deleted_at is not None]
    assert all(each >= begun for each in trashed)  # it waits anew
    own = {each.folder_id for each, *_ in given_}
    assert {each.id: each for each in there.presets} == {each.id: each for each in beside.presets}
    assert {each for each in there.folders if each.id not in own} == set(beside.folders)


def _in_trash(whole: Whole) -> Whole:
    conversation, messages, labels, sent = whole
    moment = None if conversation.deleted_at is None else datetime.min.replace(tzinfo=UTC)
    return replace(conversation, deleted_at=moment), messages, labels, sent


async def test_a_preset_whose_name_is_taken_comes_in_beside_it(
    template: Path, own_home: Path
) -> None:
    database = await _profile(own_home, template)
    try:
        archive = ArchiveRepository(database)
        mine = _preset("Brief", "Be brief.")
        await archive.finish(Extras(presets=(mine,)))
        same, other = _preset("Brief", "Be brief."), _preset("Brief", "One word.")
        added = await archive.finish(Extras(presets=(same, other)))
        again = await archive.finish(Extras(presets=(same, other)))

        assert (added.presets, again.presets) == ((other,), ())
        kept = (await archive.extras()).presets
        assert {each.id: each.name for each in kept} == {mine.id: "Brief", other.id: "Brief (2)"}
    finally:
        await database.close()


def _preset(name: str, prompt: str) -> Preset:
    return Preset(id=new_preset_id(), name=name, settings=ChatSettings(system_prompt=prompt))


async def test_collections_are_drawn_on_where_they_are(template: Path, own_home: Path) -> None:
    """Documents stay on the computer where they were read."""
    database = await _profile(own_home, template)
    try:
        there = await LibraryRepository(database).create("Farm")
        moment = datetime.now(UTC)
        conversation = Conversation(
            id=ConversationId(_uuid()), title="", created_at=moment, updated_at=moment
        )
        drawn = Attachment(collections=frozenset({there, CollectionId(_uuid())}))
        archive = ArchiveRepository(database)
        whole = importing.Whole(
            conversation=conversation, messages=(), labels=Labels(draws_on=drawn)
        )
        await archive.add([whole])

        labels = await archive.labels(conversation)
        assert labels.draws_on == Attachment(collections=frozenset({there}))
    finally:
        await database.close()
