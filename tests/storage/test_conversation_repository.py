"""Conversations are trees: nothing said is lost, and the right branch is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from desktop.core.content import DocumentPart, ImagePart, Role, TextPart, Usage
from desktop.core.conversation import Conversation, MessageStatus, StoredError, TitledBy, text_parts
from desktop.core.errors import StorageError
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.storage.database import Database
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.text import from_stored, to_stored
from tests.storage.conftest import MakeConversation, MakeMessage, organising

HARD_TEXTS = (
    "",
    "\0",
    "before\0after",
    "half an emoji \ud83d",
    "\udc80 alone",
    "👩‍👩‍👧 family",
    "مرحبا بالعالم",
    "\ufdd0 looks escaped",
    '\ufdd0"escaped"',
    "a\u0301 combining",
    "\r\n\t\x1b[31m",
    "'; DROP TABLE message; --",
)


async def _created(repository: ConversationRepository, conversation: Conversation) -> Conversation:
    await repository.create(conversation)
    return conversation


async def test_a_conversation_comes_back_as_it_went_in(
    repository: ConversationRepository, make_conversation: MakeConversation
) -> None:
    conversation = make_conversation(
        "Weather",
        pinned=True,
        archived=True,
        deleted_at=datetime.now(UTC),
        leaf_id=new_message_id(),
        model_choice={"provider": "openai", "model": "gpt-x"},
        system_prompt="Be brief.",
        draft="And tomor",
    )
    await repository.create(conversation)

    assert await repository.get(conversation.id) == conversation
    assert await repository.get(new_conversation_id()) is None


async def test_a_message_comes_back_as_it_went_in(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = await _created(repository, make_conversation())
    message = make_message(
        conversation.id,
        role=Role.ASSISTANT,
        status=MessageStatus.ERROR,
        parts=(
            TextPart("Look:"),
            ImagePart(b"\x89PNG\0\xff", "image/png"),
            DocumentPart(b"%PDF", "application/pdf", "naïve.pdf"),
        ),
        reasoning="Let me see.",
        provider="anthropic",
        model="claude-x",
        usage=Usage(input_tokens=5, output_tokens=7),
        error=StoredError(kind="network", message="The line broke.", cure="Try again."),
        provider_state={"signature": "c2lnbmVk", "blocks": [1, {"a": None}]},
        finish_reason="stop",
        duration_ms=1200,
        first_token_ms=300,
        warnings=("temperature was left out",),
    )
    await repository.add_message(message)

    assert await repository.branch(conversation.id) == [message]


async def test_the_list_is_pinned_first_then_newest_and_without_what_is_put_away(
    repository: ConversationRepository, make_conversation: MakeConversation
) -> None:
    start = datetime.now(UTC)
    made = [
        make_conversation(name, updated_at=start + timedelta(seconds=age))
        for age, name in enumerate(["old", "archived", "trashed", "pinned", "new"])
    ]
    for conversation in made:
        await repository.create(conversation)
    _, archived, trashed, pinned, _ = made
    await organising(repository).archive([archived.id], True)
    await organising(repository).trash([trashed.id])
    await organising(repository).pin([pinned.id], True)
    listed = [entry.title for entry in await repository.list()]
    await organising(repository).archive([archived.id], False)
    await organising(repository).restore([trashed.id])
    await organising(repository).pin([pinned.id], False)

    assert listed == ["pinned", "new", "old"]
    everything = [entry.title for entry in await repository.list()]
    assert everything == ["new", "pinned", "trashed", "archived", "old"]
    assert [entry.title for entry in await repository.list(limit=2, offset=1)] == everything[1:3]


async def test_small_changes_are_kept(
    repository: ConversationRepository, make_conversation: MakeConversation
) -> None:
    conversation = await _created(repository, make_conversation())
    await organising(repository).rename(conversation.id, "Renamed")
    await repository.save_draft(conversation.id, "half a thought")

    assert await repository.get(conversation.id) == replace(
        conversation,
        title="Renamed",
        titled_by=TitledBy.USER,
        draft="half a thought",
    )


async def test_branches_and_siblings(
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = await _created(repository, make_conversation())
    question = make_message(conversation.id)
    first = make_message(conversation.id, question.id, "first answer")
    # Its clock ran backwards; the order is still that of writing.
    earlier = datetime.now(UTC) - timedelta(days=365)
    second = make_message(conversation.id, question.id, "second answer", created_at=earlier)
    edited = make_message(conversation.id, None, "edited question")
    for message in (question, first, second, edited):
        await repository.add_message(message)

    stored = await repository.messages(conversation.id, [each.id for each in (first, second)])
    assert {each.id: each.sibling_index for each in stored} == {first.id: 0, second.id: 1}
    assert await repository.branch(conversation.id) == [edited]
    assert await repository.branch(conversation.id, first.id) == [question, first]
    await BranchRepository(database).show(second.id)
    assert await repository.branch(conversation.id) == [question, second]


async def test_a_branch_never_reaches_into_another_conversation(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    mine = await _created(repository, make_conversation())
    other = await _created(repository, make_conversation())
    message = make_message(other.id)
    await repository.add_message(message)

    assert await repository.branch(mine.id, message.id) == []


async def test_a_cycle_in_a_damaged_tree_ends(
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = await _created(repository, make_conversation())
    one = make_message(conversation.id)
    two = make_message(conversation.id, one.id)
    await repository.add_message(one)
    await repository.add_message(two)
    async with database.write() as session:
        statement = text("UPDATE message SET parent_id = :parent WHERE id = :id")
        await session.execute(statement, {"parent": two.id.hex, "id": one.id.hex})

    branch = await repository.branch(conversation.id)

    assert [message.id for message in branch] == [one.id, two.id]


async def test_adding_again_updates_and_keeps_the_place(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = await _created(repository, make_conversation())
    message = make_message(conversation.id)
    later = make_message(conversation.id)
    await repository.add_message(message)
    await repository.add_message(later)
    changed = replace(message, parts=text_parts("changed"))
    await repository.add_message(changed)

    stored = await repository.messages(conversation.id, [message.id, later.id])
    assert {each.id: each.sibling_index for each in stored} == {message.id: 0, later.id: 1}
    assert await repository.branch(conversation.id) == [changed]


async def test_a_message_moves_its_conversation_up(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    quiet = await _created(repository, make_conversation("quiet", updated_at=long_ago))
    await repository.create(make_conversation("busy"))
    await repository.add_message(make_message(quiet.id))

    assert [entry.title for entry in await repository.list()] == ["quiet", "busy"]


async def test_a_message_without_its_conversation_is_refused(
    repository: ConversationRepository, make_message: MakeMessage
) -> None:
    with pytest.raises(StorageError, match="no longer there"):
        await repository.add_message(make_message(new_conversation_id()))


async def test_an_answer_grows_in_place_and_recovery_ends_it(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = await _created(repository, make_conversation())
    question = make_message(conversation.id)
    answer = make_message(
        conversation.id, question.id, "", role=Role.ASSISTANT, status=MessageStatus.STREAMING
    )
    waiting = make_message(conversation.id, question.id, "", status=MessageStatus.PENDING)
    for message in (question, waiting, answer):
        await repository.add_message(message)
    grown = replace(answer, parts=text_parts("It is going to"), reasoning="hm")
    await repository.save_answer(grown)

    assert await repository.branch(conversation.id) == [question, grown]
    assert await repository.recover() == 2
    assert await repository.recover() == 0
    interrupted = replace(grown, status=MessageStatus.INTERRUPTED)
    assert await repository.branch(conversation.id) == [question, interrupted]


async def test_an_answer_whose_message_is_gone_stays_gone(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = await _created(repository, make_conversation())
    await repository.save_answer(make_message(conversation.id))

    assert await repository.branch(conversation.id) == []


@pytest.mark.parametrize("hard", HARD_TEXTS)
async def test_any_text_comes_back_unchanged(
    hard: str,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation(
        hard, draft=hard, system_prompt=hard, model_choice={"model": hard}
    )
    await repository.create(conversation)
    await organising(repository).rename(conversation.id, hard)
    message = make_message(
        conversation.id, None, hard, role=Role.ASSISTANT, reasoning=hard, model=hard
    )
    await repository.add_message(message)

    assert await repository.branch(conversation.id) == [message]
    [entry] = await repository.list()
    assert entry.title == hard
    stored = await repository.get(conversation.id)
    assert stored is not None
    assert (stored.draft, stored.system_prompt, stored.model_choice) == (
        hard,
        hard,
        {"model": hard},
    )


@pytest.mark.parametrize(
    ("asked", "left"), [("Which soup?", ("", "")), ("Soup?", ("Which soup?", "Which soup?"))]
)
async def test_a_draft_ends_with_the_question_that_it_became(
    asked: str,
    left: tuple[str, str],
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation(draft="Which soup?")
    await repository.create(conversation)
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "draft", {"text": "Which soup?"})

    await repository.add_message(make_message(conversation.id, None, asked))

    stored = await repository.get(conversation.id)
    async with database.read() as session:
        of_new_chat = await SystemConfigRepository(session).get("app", "draft")
    assert stored is not None
    assert of_new_chat is not None
    assert (stored.draft, of_new_chat["text"]) == left


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
def test_storing_text_is_reversible_and_storable(anything: str) -> None:
    stored = to_stored(anything)

    assert from_stored(stored) == anything
    assert "\0" not in stored
    stored.encode()
