"""Search over everything: words, phrases, filters, marks, any text."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from desktop.core.content import ImagePart, Role, TextPart
from desktop.core.conversation import Conversation
from desktop.core.ids import MessageId
from desktop.core.search import SearchHit, SearchQuery, parse_query
from desktop.storage.database import Database
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.search import SearchRepository
from tests.storage.conftest import MakeConversation, MakeMessage, organising
from tests.storage.test_full_text_search import HOSTILE


@pytest.fixture
def search(database: Database) -> SearchRepository:
    return SearchRepository(database)


class Talk:
    def __init__(
        self, repository: ConversationRepository, conversation: Conversation, make: MakeMessage
    ) -> None:
        self.repository, self.conversation, self._make = repository, conversation, make
        self.last: MessageId | None = None

    async def say(self, text: str, **values: object) -> MessageId:
        message = self._make(self.conversation.id, self.last, text, **values)
        await self.repository.add_message(message)
        self.last = message.id
        return message.id


@pytest.fixture
async def talk(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> Talk:
    conversation = make_conversation("Sailing around Zürich")
    await repository.create(conversation)
    return Talk(repository, conversation, make_message)


async def found(search: SearchRepository, text: str) -> list[SearchHit]:
    return await search.find(parse_query(text))


def matched(hit: SearchHit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.marks]


async def test_titles_come_first_then_messages_newest_first(
    search: SearchRepository, talk: Talk
) -> None:
    older = await talk.say("The sails are up.")
    newer = await talk.say("We sail\n\nat dawn.")

    hits = await found(search, "sail")

    assert [hit.message_id for hit in hits] == [None, newer, older]
    assert [matched(hit) for hit in hits] == [["Sailing"], ["sail"], ["sails"]]
    assert hits[1].snippet == "We sail at dawn."
    assert {hit.title for hit in hits} == {"Sailing around Zürich"}
    assert hits[1].role is Role.USER


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"up and away"', 1),
        ('"away up"', 0),
        ("awa* up", 1),
        ("zurich", 1),
        ('"up and aw"', 0),
        ("up -", 1),
        ("- *", 0),
        ("", 0),
    ],
)
async def test_words_phrases_and_prefixes(
    text: str, count: int, search: SearchRepository, talk: Talk
) -> None:
    await talk.say("Up and away they went.")

    assert len(await found(search, text)) == count


async def test_filters_choose(search: SearchRepository, talk: Talk) -> None:
    old = datetime.now(UTC) - timedelta(days=400)
    plain = await talk.say("wind and water", created_at=old)
    code = await talk.say("wind:\n```python\nblow()\n```", model="gpt-5", role=Role.ASSISTANT)
    picture = await talk.say(
        "wind here", parts=(TextPart("wind here"), ImagePart(b"x", "image/png"))
    )
    last_week = datetime.now(UTC) - timedelta(days=7)
    conversation = talk.conversation.id
    await organising(talk.repository).set_tag([conversation], "Sea", True)

    for text, expected in (
        ("wind has:code", [code]),
        ("has:code", [code]),
        ("wind has:attachment", [picture]),
        ("wind model:GPT", [code]),
        (f"wind before:{last_week:%Y-%m-%d}", [plain]),
        (f"wind after:{last_week:%Y-%m-%d} has:code", [code]),
        ("wind in:title", []),
        ("sail in:title", [None]),
        ("wind tag:sea has:code", [code]),
        ("wind tag:land", []),
        ("wind after:3000", []),
    ):
        assert [hit.message_id for hit in await found(search, text)] == expected, text
    assert await search.models() == ["gpt-5"]


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_text_is_a_query(text: str, search: SearchRepository, talk: Talk) -> None:
    await talk.say("harmless")

    assert all(hit.conversation_id == talk.conversation.id for hit in await found(search, text))


async def test_titles_are_found_as_they_are_now(search: SearchRepository, talk: Talk) -> None:
    sorting = organising(talk.repository)
    await sorting.rename(talk.conversation.id, "Rowing")
    assert await found(search, "sailing") == []
    assert len(await found(search, "rowing")) == 1

    await sorting.trash([talk.conversation.id])
    assert await found(search, "rowing") == []
    await sorting.restore([talk.conversation.id])
    assert len(await found(search, "rowing")) == 1
    await sorting.trash([talk.conversation.id])
    await sorting.erase([talk.conversation.id])
    await sorting.restore([talk.conversation.id])
    assert await found(search, "rowing") == []


async def test_d15_a_message_of_twenty_megabytes_is_found_and_shown(
    search: SearchRepository, talk: Talk
) -> None:
    await talk.say("filler words " * 1_600_000 + "needle and thread")

    [hit] = await found(search, "needle")

    assert matched(hit) == ["needle"]
    assert len(hit.snippet) < 500


async def test_a_match_stands_near_the_beginning_of_what_is_shown(
    search: SearchRepository, talk: Talk
) -> None:
    await talk.say(
        "Check the form with a pattern first, and whatever it is by parsing a needle. " * 2
    )

    [hit] = await found(search, "needle")

    assert set(matched(hit)) == {"needle"}
    assert hit.snippet.startswith("…")
    assert 0 < hit.marks[0][0] <= 41


@pytest.mark.parametrize(
    "text", ["half \ud800 needle", "nul \0 needle", "ש needle שלום", "💥 needle"]
)
async def test_d18_odd_texts_are_found_and_shown_as_they_are(
    text: str, search: SearchRepository, talk: Talk
) -> None:
    await talk.say(text)

    [hit] = await found(search, "needle")

    assert matched(hit) == ["needle"]
    assert len(hit.snippet) >= len(text) - 2


async def test_a_cancelled_search_leaves_the_database_usable(
    search: SearchRepository, talk: Talk
) -> None:
    for number in range(30):
        await talk.say(f"word {number} " * 300)
    for _ in range(20):
        task = asyncio.create_task(search.find(SearchQuery(words=("word",))))
        await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert len(await found(search, "word")) == 30
