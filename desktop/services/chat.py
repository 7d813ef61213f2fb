"""One turn of a conversation: keep the question, stream the answer, keep what arrived."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from desktop.core.chat_settings import settings_of
from desktop.core.content import ContentPart, Role, TextPart
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, MessageId, new_message_id
from desktop.core.sources import SentPassage
from desktop.llm.base import LLMMessage, LLMStreamChunk, OnStatus, StreamStatus
from desktop.llm.endpoints import is_loopback
from desktop.llm.factory import CompletionsConfig
from desktop.llm.hosts import DEFAULT_BASE_URLS
from desktop.services.answer import AnswerWriter
from desktop.services.attaching import with_bytes
from desktop.services.connections import Connections
from desktop.services.context import (
    ContextUse,
    ContextWindows,
    Cost,
    cost_of,
    cut_in_words,
    fit,
    is_sent,
    use_of,
)
from desktop.services.own_settings import adjusted
from desktop.services.sources import Sources, quoted
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository

CONTINUE = (
    "Your last answer was cut off. Go on exactly where it stopped, in the middle of a word if "
    "need be; repeat nothing and do not mention this."
)


@dataclass(frozen=True, slots=True)
class QuestionStored:
    """The question is on disk; nothing can lose it now."""

    message: Message


@dataclass(frozen=True, slots=True)
class AnswerStarted:
    """An answer, empty or to be continued, is on disk and its request goes out."""

    message: Message


@dataclass(frozen=True, slots=True)
class TextArrived:
    """A piece of the answer."""

    message_id: MessageId
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningArrived:
    """A piece of the reasoning before the answer."""

    message_id: MessageId
    text: str


@dataclass(frozen=True, slots=True)
class AnswerEnded:
    """The answer's final state, as it is on disk."""

    message: Message


ChatEvent = QuestionStored | AnswerStarted | TextArrived | ReasoningArrived | AnswerEnded


def _ignore(status: StreamStatus) -> None:
    pass


@dataclass(slots=True)
class Turn:
    """What the user controls of one turn; set `stopped` before the task is cancelled.

    `ended` is the answer's final state, also when the task was cancelled or the disk full.
    """

    on_status: OnStatus = field(default=_ignore)
    stopped: bool = False
    ended: Message | None = None


class ChatService:
    """Sends questions and stores what comes, however it ends."""

    def __init__(
        self,
        conversations: ConversationRepository,
        branches: BranchRepository,
        connections: Connections,
        sources: Sources,
    ) -> None:
        self._conversations = conversations
        self._branches = branches
        self._connections = connections
        self._windows = ContextWindows(connections)
        self._sources = sources

    async def send(
        self,
        conversation: Conversation,
        text: str,
        turn: Turn,
        files: tuple[ContentPart, ...] = (),
    ) -> AsyncGenerator[ChatEvent]:
        """Store `text` and `files` at the end of the branch and stream the answer to them.

        The question that already ends the branch, because the program ended before its
        answer began, is answered rather than stored twice.

        Raises:
            StorageError: the question could not be stored; nothing was sent.
        """
        parent_id = conversation.leaf_id
        last = None if parent_id is None else await self._branches.get(parent_id)
        parts = (*text_parts(text), *files) if text.strip() else files
        if last is not None and last.role is Role.USER and last.parts == parts:
            question = last
        else:
            question = _question(conversation.id, parent_id, parts)
        async with aclosing(self._ask(conversation, question, turn)) as events:
            async for event in events:
                yield event

    async def edit(
        self, conversation: Conversation, question: Message, text: str, turn: Turn
    ) -> AsyncGenerator[ChatEvent]:
        """Ask `text` in the place of `question`, which stays as a sibling, with its files.

        Raises:
            StorageError: the new question could not be stored; nothing was sent.
        """
        files = tuple(part for part in question.parts if not isinstance(part, TextPart))
        new = _question(conversation.id, question.parent_id, (*text_parts(text), *files))
        async with aclosing(self._ask(conversation, new, turn)) as events:
            async for event in events:
                yield event

    async def regenerate(
        self, conversation: Conversation, question_id: MessageId, turn: Turn
    ) -> AsyncGenerator[ChatEvent]:
        """Answer a question once more; the answers it has stay as siblings.

        Raises:
            StorageError: the new answer could not be stored.
        """
        async with aclosing(self._answer(conversation, question_id, turn)) as events:
            async for event in events:
                yield event

    async def resume(
        self, conversation: Conversation, answer: Message, turn: Turn
    ) -> AsyncGenerator[ChatEvent]:
        """Let the model go on with an answer that ended too early; its text only grows.

        Raises:
            StorageError: the answer could not be stored; it is as it was.
        """
        resumed = replace(answer, status=MessageStatus.STREAMING, error=None, finish_reason=None)
        sent = await self._sources.sent(answer.id)
        events = self._stream(conversation, resumed, turn, sent, is_new=False)
        async with aclosing(events):
            async for event in events:
                yield event

    async def store(self, answer: Message) -> None:
        """Store the final state of an answer once more.

        Raises:
            StorageError: it still can't be stored.
        """
        await self._conversations.save_answer(answer)

    async def _ask(
        self, conversation: Conversation, question: Message, turn: Turn
    ) -> AsyncGenerator[ChatEvent]:
        await self._conversations.add_message(question)
        yield QuestionStored(await self._branches.placed(question))
        async with aclosing(self._answer(conversation, question.id, turn)) as events:
            async for event in events:
                yield event

    async def _answer(
        self, conversation: Conversation, question_id: MessageId, turn: Turn
    ) -> AsyncGenerator[ChatEvent]:
        config = await self._config(conversation)
        question = await self._branches.get(question_id)
        retrieved = await self._sources.retrieve(
            conversation.id, "" if question is None else question.text
        )
        answer = Message(
            id=new_message_id(),
            conversation_id=conversation.id,
            parent_id=question_id,
            role=Role.ASSISTANT,
            parts=(),
            status=MessageStatus.STREAMING,
            created_at=datetime.now(UTC),
            provider=config.provider if config else None,
            model=config.model if config else None,
            sources=len(retrieved.passages),
            warnings=(retrieved.note,) if retrieved.note else (),
        )
        events = self._stream(conversation, answer, turn, retrieved.passages)
        async with aclosing(events):
            async for event in events:
                yield event

    async def _stream(
        self,
        conversation: Conversation,
        answer: Message,
        turn: Turn,
        passages: Sequence[SentPassage],
        *,
        is_new: bool = True,
    ) -> AsyncGenerator[ChatEvent]:
        writer = AnswerWriter(self._conversations, answer)
        try:
            await self._conversations.add_message(answer)
            if is_new:
                await self._sources.store(answer.id, passages)
            answer = writer.begin(await self._branches.placed(answer))
            yield AnswerStarted(answer)
            arriving = self._chunks(conversation, answer, turn, writer, passages)
            async with aclosing(arriving) as chunks:
                async for chunk in chunks:
                    writer.take(chunk)
                    if chunk.type == "delta":
                        yield TextArrived(answer.id, chunk.content)
                    elif chunk.type == "reasoning":
                        yield ReasoningArrived(answer.id, chunk.content)
            await self._price(conversation, writer)
        except ParleyError as error:
            writer.fail(error)
        finally:
            # Stop and shutdown cancel this task; what arrived must outlive that.
            turn.ended = writer.end(stopped=turn.stopped)
            await writer.store(turn.ended)
        yield AnswerEnded(turn.ended)

    async def _price(self, conversation: Conversation, writer: AnswerWriter) -> None:
        config = await self._config(conversation)
        address = config and (config.endpoint or DEFAULT_BASE_URLS.get(config.provider))
        if address and not is_loopback(address) and (host := urlsplit(address).hostname):
            await writer.price(host)

    async def context(self, conversation: Conversation) -> ContextUse:
        """Tell what the next message would send, by estimate.

        Raises:
            StorageError: the conversation could not be read.
        """
        config = await self._config(conversation)
        if config is not None:
            await self._windows.learn(config)
        costs = await self._conversations.measured(conversation.id, _cost)
        if conversation.system_prompt:
            costs.insert(0, cost_of(Role.SYSTEM, conversation.system_prompt))
        window = await self._windows.of(config) if config else None
        kept = [cost for cost in costs if cost is not None]
        return use_of(kept, window, (config and config.max_tokens) or 0)

    async def _config(self, conversation: Conversation) -> CompletionsConfig | None:
        try:
            config = await self._connections.config()
        except ParleyError:
            return None  # asking for the client fails the same way, and says so in the answer
        return config and adjusted(config, settings_of(conversation))

    async def _fitting(
        self, conversation: Conversation, branch: Sequence[Message], *more: LLMMessage
    ) -> tuple[list[LLMMessage], ContextUse]:
        config = await self._config(conversation)
        history = [*to_llm_messages(conversation.system_prompt, branch), *more]
        window = await self._windows.of(config) if config else None
        return await asyncio.to_thread(fit, history, window, (config and config.max_tokens) or 0)

    async def _chunks(
        self,
        conversation: Conversation,
        answer: Message,
        turn: Turn,
        writer: AnswerWriter,
        passages: Sequence[SentPassage],
    ) -> AsyncGenerator[LLMStreamChunk]:
        own = settings_of(conversation)
        branch = await self._conversations.branch(conversation.id, answer.id)
        branch = await asyncio.to_thread(with_bytes, branch)
        asked = with_passages(branch, passages)
        go_on = [LLMMessage(Role.USER, CONTINUE)] if answer.text else []
        history, use = await self._fitting(conversation, asked, *go_on)
        writer.warn(cut_in_words(use))
        async with self._connections.client(
            turn.on_status, adjust=lambda config: adjusted(config, own)
        ) as client:
            stream = client.stream(history, on_status=turn.on_status)
            async with aclosing(stream) as chunks:
                async for chunk in chunks:
                    yield chunk


def _cost(role: Role, parts: tuple[ContentPart, ...]) -> Cost | None:
    return cost_of(role, parts) if is_sent(role, parts) else None


def _question(
    conversation_id: ConversationId, parent_id: MessageId | None, parts: tuple[ContentPart, ...]
) -> Message:
    return Message(
        id=new_message_id(),
        conversation_id=conversation_id,
        parent_id=parent_id,
        role=Role.USER,
        parts=parts,
        status=MessageStatus.COMPLETE,
        created_at=datetime.now(UTC),
    )


def with_passages(branch: Sequence[Message], passages: Sequence[SentPassage]) -> list[Message]:
    """Return a branch whose last question has `passages` before it, as data."""
    last = max((n for n, each in enumerate(branch) if each.role is Role.USER), default=None)
    if last is None or not passages:
        return list(branch)
    question = branch[last]
    parts = (*text_parts(quoted(passages)), *question.parts)
    return [*branch[:last], replace(question, parts=parts), *branch[last + 1 :]]


def to_llm_messages(system_prompt: str, branch: Sequence[Message]) -> list[LLMMessage]:
    """Turn a branch into what is sent: answers that hold nothing are left out."""
    messages = [LLMMessage(Role.SYSTEM, system_prompt)] if system_prompt else []
    for message in branch:
        if is_sent(message.role, message.parts):
            state = message.provider_state
            messages.append(LLMMessage(message.role, message.parts, provider_state=state))
    return messages
