"""Importing: nothing twice, nothing half, nothing without a copy before."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.conversation import text_parts
from desktop.core.errors import BackupFailed, ImportFailed
from desktop.core.ids import new_message_id
from desktop.services.backups import Backups
from desktop.services.transfer import source
from desktop.services.transfer.importer import Importer
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.importing import transactions
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from tests.services.transfer.conftest import MakeZip, ignore, put_in
from tests.services.transfer.test_claude import conversation, said
from tests.storage.conftest import organising


def many(count: int) -> list[dict[str, Any]]:
    return [
        conversation(said("1", "human", f"Question {n}")) | {"uuid": str(n)} for n in range(count)
    ]


async def test_the_same_file_again_changes_nothing(
    importer: Importer, conversations: ConversationRepository, backups: Backups, make_zip: MakeZip
) -> None:
    path = make_zip(many(3))
    _, first = await put_in(importer, path)
    [one, *_] = await conversations.list()
    await organising(conversations).rename(one.id, "My own title")
    preview, second = await put_in(importer, path)

    assert (first.conversations, first.messages) == (3, 3)
    assert (second.conversations, second.messages) == (0, 0)
    assert all(each.is_known for each in preview.candidates)
    assert len(await conversations.list()) == 3
    assert "My own title" in {row.title for row in await conversations.list()}
    assert [each.reason for each in await backups.listed()] == ["before-import"] * 2


async def test_a_conversation_that_has_grown_gets_what_is_new(
    importer: Importer, archive: ArchiveRepository, make_zip: MakeZip
) -> None:
    first = said("1", "human", "Which soup?")
    await put_in(importer, make_zip([conversation(first)]))
    grown = conversation(first, said("2", "assistant", "Leek."))
    preview, report = await put_in(importer, make_zip([grown], name="later.zip"))

    assert (report.conversations, report.messages) == (0, 1)
    whole = await archive.whole(preview.candidates[0].id)
    assert whole is not None
    assert [m.text for m in whole[1]] == ["Which soup?", "Leek."]


async def test_only_what_is_chosen_comes_in(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    preview = await importer.preview(make_zip(many(4)), ignore)
    report = await importer.run(preview, {preview.candidates[2].id}, ignore)

    assert report.conversations == 1
    assert [row.id for row in await conversations.list()] == [preview.candidates[2].id]


async def test_i02_cancelled_half_way_nothing_stays(
    importer: Importer, conversations: ConversationRepository, make_zip: MakeZip
) -> None:
    kept = conversation(said("1", "human", "Kept")) | {"uuid": "kept"}
    await put_in(importer, make_zip([kept], name="kept.zip"))
    grown = conversation(said("1", "human", "Kept"), said("2", "assistant", "More"))
    preview = await importer.preview(make_zip([grown | {"uuid": "kept"}, *many(60)]), ignore)
    half = asyncio.Event()
    running = asyncio.create_task(
        importer.run(
            preview,
            {each.id for each in preview.candidates},
            lambda done, _: half.set() if done >= 30 else None,
        )
    )
    await half.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    [left] = await conversations.list()
    assert [m.text for m in await conversations.branch(left.id)] == ["Kept"]


async def test_what_is_said_during_an_import_outlives_its_end(
    importer: Importer,
    archive: ArchiveRepository,
    conversations: ConversationRepository,
    make_zip: MakeZip,
) -> None:
    """What the user adds to something that just came in is theirs, and stays."""
    preview = await importer.preview(make_zip(many(60)), ignore)
    ids = {each.id for each in preview.candidates}
    [first, *_] = preview.candidates
    half = asyncio.Event()
    running = asyncio.create_task(importer.run(preview, ids, lambda *_: half.set()))
    await half.wait()
    whole = await archive.whole(first.id)
    assert whole is not None
    reply = replace(
        whole[1][-1],
        id=new_message_id(),
        parent_id=whole[1][-1].id,
        parts=text_parts("My own question"),
    )
    await conversations.add_message(reply)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    [left] = await conversations.list()
    assert left.id == first.id
    assert [m.text for m in await conversations.branch(left.id)] == ["My own question"]


async def test_a_branch_that_an_import_added_gives_way_to_what_was_there(
    database: Database,
    importer: Importer,
    archive: ArchiveRepository,
    conversations: ConversationRepository,
    make_zip: MakeZip,
) -> None:
    asked = said("1", "human", "Which soup?")
    await put_in(importer, make_zip([conversation(asked)]))
    grown = conversation(asked, said("2", "assistant", "Leek."))
    preview = await importer.preview(make_zip([grown], name="later.zip"), ignore)
    [candidate] = preview.candidates
    await archive.add([opened.found for opened in _opened(preview.path) if opened.found])
    whole = await archive.whole(candidate.id)
    assert whole is not None
    await BranchRepository(database).show(whole[1][-1].id)  # the user stepped there

    assert await importer.take_back_unfinished()

    assert [m.text for m in await conversations.branch(candidate.id)] == ["Which soup?"]
    assert not await importer.take_back_unfinished()


async def test_a_long_conversation_comes_in_piece_by_piece(
    importer: Importer, archive: ArchiveRepository, make_zip: MakeZip
) -> None:
    """Nobody who writes meanwhile has to wait for thousands of messages."""
    texts = [said(str(n), "human", f"Text {n}") for n in range(1201)]
    siblings = [conversation(*texts), conversation(said("x", "human", "x")) | {"uuid": "other"}]
    preview, report = await put_in(importer, make_zip(siblings))

    assert (report.conversations, report.messages) == (2, 1202)
    whole = await archive.whole(preview.candidates[0].id)
    assert whole is not None
    assert [m.text for m in whole[1]] == [f"Text {n}" for n in range(1201)]
    opened = [each.found for each in _opened(preview.path) if each.found]
    assert [sum(len(w.messages) for w in some) for some in transactions(opened)] == [500, 500, 202]


async def test_i02_killed_half_way_nothing_stays_after_the_next_start(
    importer: Importer,
    database: Database,
    conversations: ConversationRepository,
    backups: Backups,
    make_zip: MakeZip,
) -> None:
    """A real SIGKILL, while the import of another process is between two transactions."""
    kept = conversation(said("1", "human", "Kept")) | {"uuid": "kept"}
    await put_in(importer, make_zip([kept], name="kept.zip"))
    path = make_zip(many(90))
    script = Path(__file__).with_name("import_child.py")
    with subprocess.Popen(
        [sys.executable, str(script), str(database.path.parent), str(path)],
        env=os.environ | {"PYTHONPATH": str(script.parents[3])},
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        child.send_signal(signal.SIGKILL)
    assert 1 < len(await conversations.list()) < 90

    assert await importer.take_back_unfinished()

    [left] = await conversations.list()
    assert [m.text for m in await conversations.branch(left.id)] == ["Kept"]
    with closing(schema.connect(database.path)) as connection:
        for table, count in (("message", 1), ("search_document", 2), ("unfinished_import", 0)):
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert found == (count,), table
    _, again = await put_in(importer, path)
    assert (again.conversations, again.messages) == (90, 90)
    assert not await importer.take_back_unfinished()
    assert len(await conversations.list()) == 91


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the rounds are forked")
def test_i02_killed_at_any_moment_all_or_nothing_is_there(
    own_home: Path, make_zip: MakeZip
) -> None:
    script = Path(__file__).with_name("import_rounds.py")
    result = subprocess.run(
        [sys.executable, str(script), str(own_home), str(make_zip(many(150))), "9"],
        env=os.environ | {"PYTHONPATH": str(script.parents[3])},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    left = json.loads(result.stdout)

    assert set(left) <= {0, 150}
    assert left[-1] == 150  # that one came to its end first


def _opened(path: Path) -> list[source.Opened]:
    with source.Source(path) as found:
        return list(found.conversations())


async def test_without_a_copy_nothing_is_imported(
    importer: Importer, conversations: ConversationRepository, backups: Backups, make_zip: MakeZip
) -> None:
    preview = await importer.preview(make_zip(many(1)), ignore)
    backups.directory.write_text("a file where the copies should go")
    with pytest.raises(BackupFailed):
        await importer.run(preview, {preview.candidates[0].id}, ignore)

    assert await conversations.list() == []


async def test_a_list_that_is_cut_off_is_refused_and_nothing_stays(
    importer: Importer, conversations: ConversationRepository, tmp_path: Path
) -> None:
    path = tmp_path / "conversations.json"
    whole = json.dumps(many(30))
    path.write_text(whole)
    preview = await importer.preview(path, ignore)
    path.write_text(whole[:-200])
    with pytest.raises(ImportFailed):
        await importer.run(preview, {each.id for each in preview.candidates}, ignore)

    assert await conversations.list() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no JSON", b"{}", b'{"conversations": 3}', b"[1,", b"\xff\xfe[\0]\0", b'"x"', b"PK\3\4"],
)
async def test_i06_what_is_no_export_is_refused_in_words(
    importer: Importer, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(content)

    with pytest.raises(ImportFailed, match=r"export\.json can't be imported") as caught:
        await importer.preview(path, ignore)
    assert "ChatGPT or Claude" in caught.value.cure


async def test_i03_names_that_lead_elsewhere_write_nothing(
    importer: Importer, make_zip: MakeZip, tmp_path: Path
) -> None:
    files = {"../../evil.txt": b"x", "/tmp/evil.txt": b"x", "a/../../conversations.txt": b"x"}
    before = set(tmp_path.rglob("*"))
    await put_in(importer, path := make_zip(many(1), files))

    written = {p for p in tmp_path.rglob("*") if p.is_file()} - before - {path}
    assert {p.suffix for p in written} <= {".db", ".db-wal", ".db-shm"}


@pytest.mark.parametrize("fault", ["bomb", "twice", "entries", "encrypted", "cut"])
async def test_i03_hostile_archives_are_refused(
    importer: Importer, tmp_path: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = "[" + " " * 20_000_000 + "]" if fault == "bomb" else json.dumps(many(1))
        archive.writestr("conversations.json", text)
        if fault == "twice":
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("conversations.json", "[]")
    content = bytearray(path.read_bytes())
    if fault == "encrypted":
        for place in (content.find(b"PK\1\2") + 8, content.find(b"PK\3\4") + 6):
            content[place] |= 1
    if fault == "entries":  # what an archive with a million of them says their list takes
        end = content.rfind(b"PK\5\6")
        content[end + 12 : end + 16] = (53_000_000).to_bytes(4, "little")
    if fault == "cut":
        content = content[: len(content) // 2]
    path.write_bytes(content)

    with pytest.raises(ImportFailed):
        await importer.preview(path, ignore)


async def test_an_entry_that_unpacks_to_more_than_it_should_is_stopped(
    importer: Importer, make_zip: MakeZip, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_zip(many(50))
    monkeypatch.setattr(source, "MAX_UNPACKED", 2000)
    with pytest.raises(ImportFailed, match="far more than it should"):
        await importer.preview(path, ignore)
