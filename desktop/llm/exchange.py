"""One question and its answer: sent, read, repeated where that is right, ended exactly once."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import httpx2

from desktop.core.content import ToolCall
from desktop.core.errors import ErrorKind, LLMError, ParleyError
from desktop.llm.accumulator import Accumulator, ProviderFailure
from desktop.llm.attempt import Attempt, Sending
from desktop.llm.base import LLMResponse, LLMStreamChunk, OnStatus, StreamStatus
from desktop.llm.continuation import joined
from desktop.llm.dialect import Dialect
from desktop.llm.error_texts import Service
from desktop.llm.errors import translated
from desktop.llm.healing import Fix
from desktop.llm.jsonvalues import JSONObject, valid_unicode
from desktop.llm.network import Limits
from desktop.llm.policy import ParameterPolicy
from desktop.llm.retry import RetryPolicy

FAILURES = (
    ParleyError,
    ProviderFailure,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    ExceptionGroup,
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    ReferenceError,
    RuntimeError,
    StopAsyncIteration,
    SyntaxError,
    SystemError,
    TypeError,
    ValueError,
    Warning,
)
"""What is told as an error of the stream, beside the SDK's own: bugs included, never raised."""

_log = logging.getLogger(__name__)
_MAX_CONTINUATIONS = 5
_MAX_FIXES = 4  # servers name one parameter at a time
_BROKEN_OFF = {ErrorKind.NETWORK, ErrorKind.TIMEOUT, ErrorKind.PROXY, ErrorKind.TLS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an exchange is held with; `send` posts a body, `failures` are what it may raise."""

    service: Service
    dialect: Dialect
    policy: ParameterPolicy
    limits: Limits
    retry: RetryPolicy
    send: Callable[[JSONObject], Sending]
    failures: tuple[type[BaseException], ...]


class Exchange:
    """An answer in the making; call `advance` until `ended`."""

    def __init__(
        self, terms: Terms, body: JSONObject, warnings: list[str], on_status: OnStatus | None
    ) -> None:
        self.ended = False
        self._terms = terms
        self._body = body
        self._warnings = warnings
        self._on_status = on_status
        self._attempt: Attempt | None = None
        self._tries = 0
        self._fixes: list[Fix] = []
        self._emitted = False
        self._earlier: list[LLMResponse] = []
        self._earlier_ids: frozenset[str] = frozenset()
        self._started = monotonic()

    async def advance(self) -> list[LLMStreamChunk]:
        """Go one step on: open, read, wait or end; return what there is to show.

        Raises:
            asyncio.CancelledError: and nothing else.
        """
        shown: list[LLMStreamChunk] = []
        try:
            attempt = self._attempt or await self._open()
            await attempt.read(shown)
            if shown or attempt.ended:
                self._learn()
            if attempt.ended:
                await self._finish(attempt, shown)
        except self._terms.failures as error:
            await self._recover(error, shown)
        self._emitted = self._emitted or bool(shown)
        return shown

    async def aclose(self) -> None:
        """Close the connection, if one is open; one that was broken needs no more."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            try:
                await attempt.aclose()
            except self._terms.failures as error:
                _log.debug("closing a connection failed: %s", type(error).__name__)

    async def _open(self) -> Attempt:
        self._tries += 1
        await self._tell(StreamStatus(state="waiting", attempt=self._tries))
        answer = self._terms.dialect.answer_after(self._earlier_ids)
        self._attempt = Attempt(answer, self._terms.limits)
        await self._attempt.open(self._terms.send(self._body))
        return self._attempt

    async def _finish(self, attempt: Attempt, shown: list[LLMStreamChunk]) -> None:
        response = attempt.answer.response(request_id=attempt.request_id, warnings=self._warnings)
        if response.provider_state is not None:
            stamp = self._terms.dialect.stamp(self._body)
            state = valid_unicode(response.provider_state)
            response = replace(response, provider_state={**stamp, **state})
        calls = tuple(_valid(call) for call in response.tool_calls)
        response = replace(response, tool_calls=calls)
        self._earlier.append(response)
        if self._continues(attempt.answer):
            await self.aclose()
        else:
            whole = joined(self._earlier)
            shown.extend(LLMStreamChunk("tool_call", tool_call=call) for call in whole.tool_calls)
            shown.append(LLMStreamChunk("done", response=whole))
            self.ended = True

    def _continues(self, answer: Accumulator) -> bool:
        """Set up the request that lets a paused answer go on; tell whether there is one."""
        body = self._terms.dialect.continued(self._body, answer)
        known = answer.response_id in self._earlier_ids
        if body is None or known or len(self._earlier) > _MAX_CONTINUATIONS:
            return False
        self._body = valid_unicode(body)
        self._earlier_ids |= {answer.response_id or ""}
        self._tries = 0
        return True

    async def _recover(self, error: BaseException, shown: list[LLMStreamChunk]) -> None:
        try:
            await self._fail(error, shown)
        except self._terms.failures as second:
            told = translated(second, self._terms.service, partial=self._partial())
            await self.aclose()
            shown.append(LLMStreamChunk("error", error=told))
            self.ended = True

    async def _fail(self, error: BaseException, shown: list[LLMStreamChunk]) -> None:
        attempt = self._attempt
        told = translated(error, self._terms.service, partial=self._partial())
        if attempt is not None and told.kind in _BROKEN_OFF and attempt.interrupted(shown):
            await self._finish(attempt, shown)
            return
        await self.aclose()
        if not (self._emitted or shown) and await self._goes_again(told):
            return
        if told.request_id is None and attempt is not None:
            told.request_id = attempt.request_id
        shown.append(LLMStreamChunk("error", error=told))
        self.ended = True

    async def _goes_again(self, error: LLMError) -> bool:
        """Mend the request or wait; tell whether it may go out again."""
        if self._mends(error):
            return True
        elapsed = monotonic() - self._started
        wait = self._terms.retry.wait_before(self._tries + 1, error, elapsed)
        if wait is None:
            return False
        await self._tell(
            StreamStatus(state="retrying", seconds=wait, attempt=self._tries + 1, error=error)
        )
        await asyncio.sleep(wait)
        return True

    def _mends(self, error: LLMError) -> bool:
        """Change what the server names as wrong, one thing a request; tell whether it did."""
        if len(self._fixes) == _MAX_FIXES:
            return False
        model = self._terms.dialect.peer.model
        fix = self._terms.policy.heal(model, self._body, error, self._fixes)
        if fix is None:
            return False
        self._fixes.append(fix)
        self._warnings.append(fix.warning)
        self._tries -= 1  # a request that no server could take was no try
        return True

    def _learn(self) -> None:
        """Keep what made the server take the request."""
        for fix in self._fixes:
            self._terms.policy.learn(self._terms.dialect.peer.model, fix)

    def _partial(self) -> str:
        texts = [response.content for response in self._earlier]
        if self._attempt is not None:
            texts.append(str(self._attempt.answer.text))
        return "".join(texts)

    async def _tell(self, status: StreamStatus) -> None:
        """Call `on_status` as a task of its own: what it raises must not end the stream."""
        if self._on_status is not None:
            (failure,) = await asyncio.gather(
                _called(self._on_status, status), return_exceptions=True
            )
            if failure is not None:
                _log.warning("on_status failed: %s", type(failure).__name__)


async def _called(on_status: OnStatus, status: StreamStatus) -> None:
    on_status(status)


def _valid(call: ToolCall) -> ToolCall:
    """Return the call as UTF-8 can carry it: JSON escapes can name half a character."""
    return replace(
        call,
        id=valid_unicode(call.id),
        name=valid_unicode(call.name),
        arguments=valid_unicode(call.arguments),
        raw_arguments=valid_unicode(call.raw_arguments),
    )
