"""What a stream promises whatever happens: one end, no exception, and no false lesson."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import LLMMessage, LLMStreamChunk, StreamStatus
from desktop.llm.chat_dialect import ChatDialect
from desktop.llm.dialect import Peer
from desktop.llm.error_texts import Service
from desktop.llm.exchange import FAILURES, Exchange, Terms
from desktop.llm.healing import Fix
from desktop.llm.network import Limits
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.policy import ParameterPolicy
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import JSON, Reply, WireServer
from tests.llm.chat_syntax_cases import DONE, HALLO, STOP, events
from tests.llm.wire_case import check_contract, response_of

QUESTION = [LLMMessage(Role.USER, "Hello")]
QUICK = RetryPolicy(first_wait=0.01, longest_wait=0.02)
GOOD = Reply(events(HALLO, STOP) + DONE)
BUSY = Reply(b"{}", 503, JSON, framing="length")


class Odd(Exception):
    """What nobody thought of."""


def refusal(words: str) -> Reply:
    return Reply(json.dumps({"error": {"message": words}}).encode(), 400, JSON, framing="length")


async def drained(exchange: Exchange) -> list[LLMStreamChunk]:
    chunks: list[LLMStreamChunk] = []
    while not exchange.ended:
        chunks += await exchange.advance()
    await exchange.aclose()
    check_contract(chunks)
    return chunks


@pytest.mark.parametrize("failure", [Odd, KeyError, AssertionError, EOFError])
@pytest.mark.parametrize("state", ["waiting", "retrying"])
async def test_a_status_callback_that_fails_ends_no_stream(
    state: str, failure: type[Exception]
) -> None:
    told: list[str] = []

    def on_status(status: StreamStatus) -> None:
        told.append(status.state)
        if status.state == state:
            raise failure

    async with WireServer(BUSY, GOOD) as server:
        client = OpenAIClient("key-1234", "m", server.url, retry=QUICK)
        chunks = [chunk async for chunk in client.stream(QUESTION, on_status=on_status)]
        await client.aclose()

    assert response_of(chunks).content == "Hal"
    assert told == ["waiting", "retrying", "waiting"]


class _FailingPolicy(ParameterPolicy):
    def heal(self, model: str, *_: Any, **__: Any) -> Fix | None:
        raise AssertionError(model)


@dataclass
class _Response:
    http_response: httpx2.Response


def exchange_of(response: httpx2.Response, *, closing: type[Exception] | None = None) -> Exchange:
    @asynccontextmanager
    async def send(_: dict[str, Any]) -> AsyncGenerator[_Response]:
        response.raise_for_status()
        yield _Response(response)
        if closing:
            raise closing

    terms = Terms(
        service=Service("http://127.0.0.1:1/v1", loopback=True),
        dialect=ChatDialect(Peer("127.0.0.1", "m", "a")),
        policy=_FailingPolicy(host="127.0.0.1", dialect="chat"),
        limits=Limits(),
        retry=QUICK,
        send=send,
        failures=FAILURES,
    )
    return Exchange(terms, {"model": "m"}, [], None)


async def test_a_failure_while_mending_becomes_the_error() -> None:
    request = httpx2.Request("POST", "http://127.0.0.1:1/v1")
    chunks = await drained(exchange_of(httpx2.Response(400, request=request)))

    assert chunks[-1].error is not None
    assert chunks[-1].error.kind is ErrorKind.UNKNOWN


@pytest.mark.parametrize("closing", [EOFError, AssertionError, ValueError])
async def test_a_failure_while_closing_is_none_of_the_answer(closing: type[Exception]) -> None:
    request = httpx2.Request("POST", "http://127.0.0.1:1/v1")
    body = events(HALLO, STOP) + DONE
    response = httpx2.Response(200, content=body, request=request)
    chunks = await drained(exchange_of(response, closing=closing))

    assert response_of(chunks).content == "Hal"


async def test_what_did_not_help_is_not_learned() -> None:
    said = refusal("Unsupported parameter: 'temperature'")
    async with WireServer(said, refusal("no"), GOOD) as server:
        client = OpenAIClient("key-1234", "m", server.url, temperature=0.5, retry=QUICK)
        with pytest.raises(LLMError):
            await client.complete(QUESTION)
        await client.complete(QUESTION)
        await client.aclose()
    bodies = [json.loads(request.body) for request in server.requests]

    assert ["temperature" in body for body in bodies] == [True, False, True]


async def test_cancelling_within_a_status_callback_leaves_the_stream_cancelled() -> None:
    async with WireServer(GOOD) as server:
        client = OpenAIClient("key-1234", "m", server.url, retry=QUICK)
        running: list[asyncio.Task[object]] = []

        def on_status(_: StreamStatus) -> None:
            running[0].cancel()

        running.append(asyncio.create_task(client.complete(QUESTION, on_status=on_status)))
        with pytest.raises(asyncio.CancelledError):
            await running[0]
        await client.aclose()
