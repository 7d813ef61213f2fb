"""One request and the reading of its response, under three clocks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from time import monotonic
from typing import Protocol

import httpx2

from desktop.llm.accumulator import Accumulator
from desktop.llm.answer_reader import AnswerReader
from desktop.llm.base import LLMStreamChunk
from desktop.llm.network import Limits

_GRACE = 0.05  # seconds; the end of the body mostly comes with the end of the answer
_REQUEST_IDS = ("x-request-id", "request-id")


class SDKResponse(Protocol):
    """What both SDKs give for a streamed response."""

    @property
    def http_response(self) -> httpx2.Response:
        """The response under it, its body unread."""
        ...


Sending = AbstractAsyncContextManager[SDKResponse]


class Stalled(TimeoutError):
    """Only keep-alives came for too long."""


class Attempt:
    """A request on its way; `ended` once the answer is read to its end."""

    def __init__(self, answer: Accumulator, limits: Limits) -> None:
        self.answer = answer
        self.ended = False
        self.request_id: str | None = None
        self._limits = limits
        self._reader = AnswerReader(answer)
        self._stack = AsyncExitStack()
        self._body: AsyncIterator[bytes] | None = None
        self._deadline: float | None = None
        self._last_event = self._left = 0.0

    async def open(self, sending: Sending) -> None:
        """Send the request and wait for the response to begin."""
        self._last_event = self._left = monotonic()
        self._deadline = asyncio.get_running_loop().time() + self._limits.first_byte
        async with asyncio.timeout_at(self._deadline):
            response = (await self._stack.enter_async_context(sending)).http_response
        headers = response.headers
        self.request_id = next((headers[n] for n in _REQUEST_IDS if n in headers), None)
        self._body = aiter(response.aiter_bytes())

    async def read(self, shown: list[LLMStreamChunk]) -> None:
        """Wait for the next bytes and add what they show to `shown`.

        The time until the next call, which is the consumer's, runs on no clock.
        """
        self._last_event += monotonic() - self._left
        try:
            data = await self._next()
            if data is None:
                self._end(shown)
            else:
                self._take(data, shown)
        finally:
            self._left = monotonic()

    async def aclose(self) -> None:
        """Close the connection, or leave it for the next request if it ends by itself now."""
        try:
            if self.ended and self._body is not None:
                with suppress(TimeoutError, httpx2.HTTPError):
                    async with asyncio.timeout(_GRACE):
                        while await anext(self._body, None) is not None:
                            pass
        finally:
            await self._stack.aclose()

    def interrupted(self, shown: list[LLMStreamChunk]) -> bool:
        """Tell whether the answer is whole although the connection broke off."""
        self.answer.flush(shown)
        return self.answer.finished

    async def _next(self) -> bytes | None:
        assert self._body is not None
        if self._deadline is None:
            return await anext(self._body, None)
        async with asyncio.timeout_at(self._deadline):
            return await anext(self._body, None)

    def _take(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        before = self._reader.events
        self._reader.feed(data, shown)
        now = monotonic()
        news = self._reader.events != before
        if news:
            self._last_event = now
        elif now - self._last_event > self._limits.stall:
            raise Stalled("only keep-alives came")
        if self.answer.ended:
            self._end(shown)
        elif not self.answer.finished:
            self._deadline = None
        elif news:  # each real event shows that the server is still at it
            self._deadline = asyncio.get_running_loop().time() + self._limits.settle

    def _end(self, shown: list[LLMStreamChunk]) -> None:
        self._reader.close(shown)
        self.ended = True
