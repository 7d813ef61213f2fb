"""The answer while it arrives: flushed within half a second, ended exactly once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.core.content import FinishReason, Role, Usage
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.errors import ErrorKind, LLMError
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.llm.base import LLMResponse, LLMStreamChunk
from desktop.services import answer as answer_module
from desktop.services.answer import AnswerWriter
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
async def conversations(tmp_path: Path) -> AsyncIterator[ConversationRepository]:
    paths = Paths.resolve(tmp_path)
    paths.create()
    database = await Database.open(paths)
    yield ConversationRepository(database)
    await database.close()


@pytest.fixture
async def answer(conversations: ConversationRepository) -> Message:
    conversation = Conversation(id=new_conversation_id(), title="t", created_at=NOW, updated_at=NOW)
    await conversations.create(conversation)
    question = Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=None,
        role=Role.USER,
        parts=text_parts("why?"),
        status=MessageStatus.COMPLETE,
        created_at=NOW,
    )
    await conversations.add_message(question)
    message = Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=question.id,
        role=Role.ASSISTANT,
        parts=(),
        status=MessageStatus.STREAMING,
        created_at=NOW,
    )
    await conversations.add_message(message)
    return message


def delta(text: str) -> LLMStreamChunk:
    return LLMStreamChunk("delta", text)


async def stored(conversations: ConversationRepository, answer: Message) -> Message:
    return (await conversations.branch(answer.conversation_id))[-1]


async def test_text_is_on_disk_while_it_still_streams(
    conversations: ConversationRepository, answer: Message
) -> None:
    writer = AnswerWriter(conversations, answer)
    writer.take(delta("Hel"))
    writer.take(delta("lo"))

    async with asyncio.timeout(20):
        while (await stored(conversations, answer)).text != "Hello":
            await asyncio.sleep(0.02)
    assert (await stored(conversations, answer)).status is MessageStatus.STREAMING

    await writer.store(writer.end(stopped=True))


async def test_a_whole_answer_is_complete_with_its_usage(
    conversations: ConversationRepository, answer: Message
) -> None:
    writer = AnswerWriter(conversations, answer)
    writer.take(LLMStreamChunk("reasoning", "hm"))
    writer.take(delta("Hello"))
    usage = Usage(input_tokens=3, output_tokens=1)
    response = LLMResponse(
        "Hello", finish_reason=FinishReason.STOP, reasoning="hm", usage=usage, model="m-1"
    )
    writer.take(LLMStreamChunk("done", response=response))

    await writer.store(writer.end(stopped=False))

    kept = await stored(conversations, answer)
    assert (kept.text, kept.reasoning, kept.status) == ("Hello", "hm", MessageStatus.COMPLETE)
    assert (kept.usage, kept.model, kept.finish_reason) == (usage, "m-1", "stop")
    assert kept.first_token_ms is not None
    assert kept.duration_ms is not None


async def test_how_long_it_reasoned_is_kept(
    conversations: ConversationRepository, answer: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(answer_module, "monotonic", lambda: now)
    writer = AnswerWriter(conversations, replace(answer, reasoning_ms=500, reasoning="Well."))
    writer.take(LLMStreamChunk("reasoning", "hm"))
    now += 12.0
    writer.take(delta("Hello"))
    now += 30.0
    await writer.store(writer.end(stopped=True))

    kept = await stored(conversations, answer)
    assert kept.usage is None
    assert kept.reasoning_ms == 12_500


async def test_an_answer_without_reasoning_has_no_time_of_it(
    conversations: ConversationRepository, answer: Message
) -> None:
    writer = AnswerWriter(conversations, answer)
    writer.take(delta("Hello"))
    await writer.store(writer.end(stopped=True))

    assert (await stored(conversations, answer)).reasoning_ms is None


async def test_an_answer_that_the_provider_broke_off_is_interrupted(
    conversations: ConversationRepository, answer: Message
) -> None:
    writer = AnswerWriter(conversations, answer)
    writer.take(delta("Hel"))
    response = LLMResponse("Hel", finish_reason=FinishReason.INTERRUPTED, warnings=("Why.",))
    writer.take(LLMStreamChunk("done", response=response))

    await writer.store(writer.end(stopped=False))

    kept = await stored(conversations, answer)
    assert (kept.text, kept.status) == ("Hel", MessageStatus.INTERRUPTED)
    assert kept.warnings == ("Why.",)


@pytest.mark.parametrize(
    ("stopped", "status"),
    [(True, MessageStatus.STOPPED), (False, MessageStatus.INTERRUPTED)],
)
async def test_what_arrived_is_kept_when_it_ends_early(
    conversations: ConversationRepository, answer: Message, stopped: bool, status: MessageStatus
) -> None:
    writer = AnswerWriter(conversations, answer)
    writer.take(delta("Hel"))

    await writer.store(writer.end(stopped=stopped))

    kept = await stored(conversations, answer)
    assert (kept.text, kept.status) == ("Hel", status)


@pytest.mark.parametrize(
    ("kind", "text", "status"),
    [
        (ErrorKind.INCOMPLETE, "Hel", MessageStatus.INTERRUPTED),
        (ErrorKind.NETWORK, "Hel", MessageStatus.INTERRUPTED),
        (ErrorKind.NETWORK, "", MessageStatus.ERROR),
        (ErrorKind.AUTH, "", MessageStatus.ERROR),
    ],
)
async def test_an_error_is_kept_with_its_cause_and_cure(
    conversations: ConversationRepository,
    answer: Message,
    kind: ErrorKind,
    text: str,
    status: MessageStatus,
) -> None:
    writer = AnswerWriter(conversations, answer)
    if text:
        writer.take(delta(text))
    error = LLMError("It broke.", kind=kind, cure="Mend it.", partial=text)
    writer.take(LLMStreamChunk("error", error=error))

    await writer.store(writer.end(stopped=False))

    kept = await stored(conversations, answer)
    assert (kept.text, kept.status) == (text, status)
    assert kept.error is not None
    assert (kept.error.kind, kept.error.message, kept.error.cure) == (kind, "It broke.", "Mend it.")


async def test_the_end_is_written_even_when_the_task_is_cancelled(
    conversations: ConversationRepository, answer: Message
) -> None:
    writer = AnswerWriter(conversations, answer)
    writer.take(delta("Hello"))
    task = asyncio.create_task(writer.store(writer.end(stopped=True)))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    kept = await stored(conversations, answer)
    assert (kept.text, kept.status) == ("Hello", MessageStatus.STOPPED)


@pytest.mark.parametrize(
    ("model", "host", "is_known"),
    [
        ("gpt-4o-mini", "api.openai.com", True),
        ("nobody-knows-it", "api.openai.com", False),
        ("gpt-4o-mini", "example.com", False),
    ],
)
async def test_what_an_answer_cost_is_kept_where_it_is_known(
    conversations: ConversationRepository, answer: Message, model: str, host: str, is_known: bool
) -> None:
    writer = AnswerWriter(conversations, answer)
    usage = Usage(input_tokens=1_000, output_tokens=2_000)
    response = LLMResponse("Hello", usage=usage, model=model)
    writer.take(delta("Hello"))
    writer.take(LLMStreamChunk("done", response=response))

    await writer.price(host)
    await writer.store(writer.end(stopped=False))

    kept = await stored(conversations, answer)
    assert kept.usage is not None
    assert kept.usage.output_tokens == 2_000
    assert (kept.usage.cost is not None and 0 < kept.usage.cost < 1) is is_known
