"""The answer while it arrives: collected in memory, flushed to disk, ended exactly once."""

import asyncio
import logging
from dataclasses import fields, replace
from time import monotonic
from typing import TypeVar

from desktop.core.content import FinishReason, Usage
from desktop.core.conversation import Message, MessageStatus, StoredError, text_parts
from desktop.core.errors import ErrorKind, LLMError, ParleyError, StorageError
from desktop.llm.base import LLMResponse, LLMStreamChunk
from desktop.llm.prices import cost_of
from desktop.storage.repositories.conversations import ConversationRepository

_Number = TypeVar("_Number", int, float)

logger = logging.getLogger(__name__)

FLUSH_SECONDS = 0.4
"""Text is on disk at the latest this long after it arrived; the promise is 0.5 s."""

_CUT_KINDS = {ErrorKind.INCOMPLETE, ErrorKind.NETWORK, ErrorKind.TIMEOUT}


class AnswerWriter:
    """Owns one streaming answer from its first chunk to its last write."""

    def __init__(self, conversations: ConversationRepository, answer: Message) -> None:
        self._conversations = conversations
        self._answer = answer
        self._text: list[str] = [answer.text] if answer.text else []
        self._reasoning: list[str] = [answer.reasoning] if answer.reasoning else []
        self._response: LLMResponse | None = None
        self._error: ParleyError | None = None
        self._started = monotonic()
        self._first_token_ms: int | None = None
        self._thinking_since: float | None = None
        self._reasoning_ms: int | None = None
        self._dirty = False
        self._flusher = asyncio.create_task(self._flush_regularly(), name="flush answer")
        self._flusher.add_done_callback(_report)

    def begin(self, placed: Message) -> Message:
        """Take the answer as it was stored, with its place among its siblings; return it."""
        self._answer = placed
        return placed

    def warn(self, warning: str) -> None:
        """Note what the reader should know of how the answer was asked for; '' for nothing."""
        if warning:
            kept = [each for each in self._answer.warnings if each != warning]
            self._answer = replace(self._answer, warnings=(*kept, warning))

    def take(self, chunk: LLMStreamChunk) -> None:
        """Collect one chunk of the stream."""
        match chunk.type:
            case "delta":
                self._note_first_token()
                self._note_thought()
                self._text.append(chunk.content)
            case "reasoning":
                self._note_first_token()
                if self._thinking_since is None:
                    self._thinking_since = monotonic()
                self._reasoning.append(chunk.content)
            case "done":
                self._response = chunk.response
            case "error":
                self._error = chunk.error
            case "tool_call":
                pass  # whole calls come again with the response
        self._dirty = True

    def fail(self, error: ParleyError) -> None:
        """Note that the answer could not even be asked for."""
        self._error = error

    async def store(self, ended: Message) -> None:
        """Write the final state; it completes even when the caller is cancelled.

        Raises:
            StorageError: the final state could not be written; what was flushed stays.
        """
        write = asyncio.create_task(self._conversations.save_answer(ended), name="end answer")
        try:
            await asyncio.shield(write)
        except asyncio.CancelledError:
            await write
            raise

    async def price(self, host: str) -> None:
        """Note what the answer cost, where the price of its model at `host` is known."""
        response = self._response
        if response is None or response.usage is None:
            return
        model = response.model or self._answer.model or ""
        cost = await asyncio.to_thread(cost_of, response.usage, model, host=host)
        self._response = replace(response, usage=replace(response.usage, cost=cost))

    def end(self, *, stopped: bool) -> Message:
        """Take no more and return the final state, which is still to be stored."""
        self._flusher.cancel()
        self._note_thought()
        answer = replace(
            self._so_far(),
            duration_ms=_milliseconds_since(self._started),
            first_token_ms=self._first_token_ms,
        )
        if self._answer.parts:
            answer = replace(answer, duration_ms=_sum(self._answer.duration_ms, answer.duration_ms))
        if self._response is not None:
            return _completed(answer, self._response, continued=bool(self._answer.parts))
        if self._error is not None:
            return replace(answer, status=_status(self._error, answer), error=_stored(self._error))
        status = MessageStatus.STOPPED if stopped else MessageStatus.INTERRUPTED
        return replace(answer, status=status, finish_reason="interrupted")

    def _so_far(self) -> Message:
        text = "".join(self._text)
        return replace(
            self._answer,
            parts=text_parts(text) if text else (),
            reasoning="".join(self._reasoning),
            reasoning_ms=_sum(self._answer.reasoning_ms, self._reasoning_ms),
        )

    def _note_thought(self) -> None:
        if self._thinking_since is not None and self._reasoning_ms is None:
            self._reasoning_ms = _milliseconds_since(self._thinking_since)

    def _note_first_token(self) -> None:
        if self._first_token_ms is None:
            self._first_token_ms = _milliseconds_since(self._started)

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            if self._dirty:
                self._dirty = False
                try:
                    await self._conversations.save_answer(self._so_far())
                except StorageError:
                    # The text is still in memory and on screen: the next flush, or the
                    # end, tries again, and the end reports it.
                    self._dirty = True


def _report(flusher: asyncio.Task[None]) -> None:
    if not flusher.cancelled() and (error := flusher.exception()):
        logger.error("An answer is no longer flushed while it streams.", exc_info=error)


def _completed(answer: Message, response: LLMResponse, *, continued: bool) -> Message:
    text = answer.text or response.content or response.refusal
    broken_off = response.finish_reason is FinishReason.INTERRUPTED
    status = MessageStatus.INTERRUPTED if broken_off else MessageStatus.COMPLETE
    if continued:
        return replace(
            answer,
            status=status,
            model=response.model or answer.model,
            usage=_added(answer.usage, response.usage),
            finish_reason=str(response.finish_reason),
            # It would bring back only the last part; the text has all of them.
            provider_state=None,
            warnings=tuple(dict.fromkeys((*answer.warnings, *response.warnings))),
        )
    return replace(
        answer,
        parts=text_parts(text) if text else (),
        status=status,
        reasoning=response.reasoning or answer.reasoning,
        model=response.model or answer.model,
        usage=response.usage,
        finish_reason=str(response.finish_reason),
        provider_state=response.provider_state,
        warnings=(*answer.warnings, *response.warnings),
    )


def _status(error: ParleyError, answer: Message) -> MessageStatus:
    """An answer that was under way is interrupted: it can be read, and continued."""
    cut = isinstance(error, LLMError) and error.kind in _CUT_KINDS
    return MessageStatus.INTERRUPTED if cut and answer.text else MessageStatus.ERROR


def _stored(error: ParleyError) -> StoredError:
    kind = str(error.kind) if isinstance(error, LLMError) else type(error).__name__
    return StoredError(kind=kind, message=error.message, cure=error.cure)


def _added(before: Usage | None, now: Usage | None) -> Usage | None:
    if before is None or now is None:
        return now or before
    names = [field.name for field in fields(Usage)]
    return Usage(**{name: _sum(getattr(before, name), getattr(now, name)) for name in names})


def _sum(before: _Number | None, now: _Number | None) -> _Number | None:
    return now if before is None else before if now is None else before + now


def _milliseconds_since(started: float) -> int:
    return round((monotonic() - started) * 1000)
