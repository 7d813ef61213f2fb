"""Servers that mean harm or stand in the way: cases S-02, S-07 and S-10 to S-12."""

import asyncio
import gzip
import sys

import pytest

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import LLMMessage
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import Reply, WireServer
from tests.llm.chat_syntax_cases import STOP, delta, event, events
from tests.llm.chat_tool_cases import END, part

QUESTION = [LLMMessage(Role.USER, "Hello")]
ONE_TRY = RetryPolicy(tries=1)

READER = """
import asyncio, json, sys
from pathlib import Path
from desktop.llm import LLMMessage, OpenAIClient, Role

async def main():
    client = OpenAIClient("key-1234", "m", sys.argv[1])
    for _ in range(int(sys.argv[2])):
        async for chunk in client.stream([LLMMessage(Role.USER, "Hello")]):
            last = chunk
        print(last.error.kind if last.error else last.type)
    await client.aclose()
    status = Path("/proc/self/status").read_text("ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))

asyncio.run(main())
"""


async def asked(reply: Reply) -> LLMError:
    async with WireServer(reply) as server:
        client = OpenAIClient("key-1234", "m", server.url, retry=ONE_TRY)
        with pytest.raises(LLMError) as caught:
            await client.complete(QUESTION)
        await client.aclose()
    return caught.value


async def test_s02_one_byte_a_packet_gives_the_same_text() -> None:
    body = events(delta(content="Grüße 😀\r\n"), delta(content="\u2028日本"), STOP)
    body = body.replace(b"\n\n", b"\r\n\r\n")
    pieces = [piece for byte in body for piece in (bytes([byte]), 0.0)]
    async with WireServer(Reply(pieces)) as server:
        client = OpenAIClient("key-1234", "m", server.url)
        response = await client.complete(QUESTION)
        await client.aclose()

    assert response.content == "Grüße 😀\r\n\u2028日本"


@pytest.mark.parametrize("content_type", ["text/html", "text/event-stream", "application/json"])
async def test_s07_a_login_page_is_told_as_one(content_type: str) -> None:
    page = b"<!DOCTYPE html><html><head><title>Hotel Wi-Fi</title></head><body>Log in</body></html>"
    error = await asked(Reply(page, content_type=content_type))

    assert error.kind is ErrorKind.BAD_RESPONSE
    assert "web page" in error.message
    assert "login page or a proxy" in error.cure
    assert error.detail == "Hotel Wi-Fi"


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
async def test_s10_floods_are_capped_and_fit_the_memory() -> None:
    token = event(delta(content="word " * 20_000))
    tiny = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n' * 10_000
    bomb = gzip.compress(event(delta(content="a" * 1000)) * 100_000, compresslevel=1)
    replies = [
        Reply(b"data: " + b"x" * 30_000_000),
        Reply([token] * 1000),
        Reply(bomb, headers={"content-encoding": "gzip"}),
        Reply([*[tiny] * 20, event(STOP)]),
    ]
    async with WireServer(*replies) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", READER, server.url, str(len(replies))),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await asyncio.wait_for(process.communicate(), 100)
    *ends, kilobytes = told.decode().split()

    assert ends == ["bad_response"] * 3 + ["done"]
    assert int(kilobytes) < 500_000


async def test_s12_odd_calls_are_told_apart_and_never_run() -> None:
    calls = events(
        part('{"a": 1}', "f", index=0, id="same"),
        part('{"a": 1}', "f", index=1, id="same"),
        part("[1, 2]", "g", index=2, id="c3"),
        part('{"a": 1}', index=3, id="c4"),
        END,
    )
    async with WireServer(Reply(calls)) as server:
        client = OpenAIClient("key-1234", "m", server.url)
        response = await client.complete(QUESTION)
        await client.aclose()

    assert len({call.id for call in response.tool_calls}) == 4
    assert [call.error for call in response.tool_calls] == [None, None, "not_an_object", "no_name"]
    assert [dict(call.arguments) for call in response.tool_calls[2:]] == [{}, {}]


async def test_s11_half_a_call_and_then_nothing_is_no_call() -> None:
    half = events(delta(content="I look."), part('{"path": "/etc/', "delete", index=0, id="c1"))
    async with WireServer(Reply(half)) as server:
        client = OpenAIClient("key-1234", "m", server.url, retry=ONE_TRY)
        chunks = [chunk async for chunk in client.stream(QUESTION)]
        await client.aclose()

    assert [chunk.type for chunk in chunks] == ["delta", "error"]
    assert chunks[-1].error is not None
    assert chunks[-1].error.kind is ErrorKind.INCOMPLETE
    assert chunks[-1].error.partial == "I look."
