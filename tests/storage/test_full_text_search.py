"""Search finds what was said, in whatever words the user types."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from desktop.core.content import DocumentPart, TextPart
from desktop.core.conversation import MessageStatus, text_parts
from desktop.core.ids import ConversationId
from desktop.storage.database import Database
from desktop.storage.fulltext import fts_query
from desktop.storage.repositories.conversations import ConversationRepository
from tests.storage.conftest import MakeConversation, MakeMessage, organising

HOSTILE = (
    'foo" OR "bar',
    '"',
    '""',
    "*",
    "it's",
    "foo-bar",
    "foo AND",
    "NEAR(",
    "col:",
    "text:secret",
    "{text} : x",
    "^",
    "(",
    ") OR (",
    "foo\0bar",
    "\ud800",
    "--",
    "' OR 1=1 --",
    "%_",
    "x" * 5000,
    "💥",
    "a " * 2000,
)


async def _found(repository: ConversationRepository, query: str) -> list[str]:
    return [entry.title for entry in await repository.list(search=query)]


@pytest.fixture
async def weather(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> ConversationId:
    await repository.create(make_conversation("Groceries"))
    conversation = make_conversation("Weather in Zürich")
    await repository.create(conversation)
    message = make_message(conversation.id, None, "Will it rain tomorrow? Über foo-bar and it's.")
    await repository.add_message(message)
    return conversation.id


@pytest.mark.parametrize(
    "query",
    ["weather", "WEATH", "zurich", "rain", "tomorrow rain", "uber", "foo-bar", "foo", "it's", "ra"],
)
async def test_words_are_found_by_their_beginning_without_case_or_accents(
    query: str, repository: ConversationRepository, weather: ConversationId
) -> None:
    assert await _found(repository, query) == ["Weather in Zürich"]


@pytest.mark.parametrize("query", ["ain", "rain snow", "groceries rain", "?"])
async def test_what_was_not_said_is_not_found(
    query: str, repository: ConversationRepository, weather: ConversationId
) -> None:
    assert await _found(repository, query) == []


@pytest.mark.parametrize("query", [None, "", "   "])
async def test_no_query_lists_everything(
    query: str | None, repository: ConversationRepository, weather: ConversationId
) -> None:
    assert len(await repository.list(search=query)) == 2


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: ascii(query)[:20])
async def test_any_text_is_only_text(
    query: str, repository: ConversationRepository, weather: ConversationId
) -> None:
    found = await _found(repository, query)

    assert set(found) <= {"Weather in Zürich"}


def test_a_query_without_letters_asks_nothing() -> None:
    assert fts_query("-- ?! *") == ""


async def test_the_index_follows_renaming_and_editing(
    repository: ConversationRepository,
    make_message: MakeMessage,
    weather: ConversationId,
) -> None:
    message = make_message(weather, None, "umbrella")
    await repository.add_message(message)
    assert await _found(repository, "umbrella") == ["Weather in Zürich"]
    await repository.save_answer(replace(message, parts=text_parts("parasol")))
    await organising(repository).rename(weather, "Sunshine")

    assert await _found(repository, "umbrella") == []
    assert await _found(repository, "zurich") == []
    assert await _found(repository, "parasol") == await _found(repository, "sun") == ["Sunshine"]


async def test_an_answer_is_found_once_it_has_settled(
    database: Database,
    repository: ConversationRepository,
    make_message: MakeMessage,
    weather: ConversationId,
) -> None:
    answer = make_message(weather, None, "thunder", status=MessageStatus.STREAMING)
    await repository.add_message(answer)
    await repository.save_answer(replace(answer, parts=text_parts("thunderstorm")))
    while_streaming = await _found(repository, "thunder")
    await repository.recover()

    assert while_streaming == []
    assert await _found(repository, "thunderstorm") == ["Weather in Zürich"]
    await _check_index(database)


async def test_only_text_is_searched_in_mixed_messages(
    repository: ConversationRepository, make_message: MakeMessage, weather: ConversationId
) -> None:
    parts = (TextPart("see this"), DocumentPart(b"zebra", "text/plain", "zebra"), TextPart("quail"))
    await repository.add_message(make_message(weather, None, parts=parts))

    assert await _found(repository, "quail see") == ["Weather in Zürich"]
    assert await _found(repository, "zebra") == []


async def test_what_is_erased_leaves_the_index(
    database: Database, repository: ConversationRepository, weather: ConversationId
) -> None:
    async with database.write() as session:
        statement = text("DELETE FROM conversation WHERE id = :id")
        await session.execute(statement, {"id": weather.hex})
    async with database.read() as session:
        messages = (await session.execute(text("SELECT count(*) FROM message"))).scalar()
        documents = (await session.execute(text("SELECT count(*) FROM search_document"))).scalar()

    assert (messages, documents) == (0, 1)
    assert await _found(repository, "rain") == []
    await _check_index(database)


async def test_archived_and_deleted_conversations_are_not_found(
    repository: ConversationRepository, weather: ConversationId
) -> None:
    await organising(repository).trash([weather])

    assert await _found(repository, "rain") == []


async def _check_index(database: Database) -> None:
    """Let FTS5 compare its index with the texts that it stands for; it raises if they differ."""
    async with database.write() as session:
        await session.execute(
            text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
        )
