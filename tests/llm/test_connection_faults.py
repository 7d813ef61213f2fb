"""Connections that break, stall, or never come about: rows 18 to 31 and 79 to 98."""

import asyncio
import gzip
import json
from contextlib import aclosing
from dataclasses import replace
from time import monotonic

import pytest

from desktop.core.content import FinishReason, Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, LLMStreamChunk
from desktop.llm.client import StreamingClient
from desktop.llm.network import Limits, NetworkOptions
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import Ending, Framing, Reply, WireServer
from tests.llm.chat_syntax_cases import BIG, DONE, HALLO, MORE, STOP, delta, event, events
from tests.llm.messages_cases import OPEN, text
from tests.llm.wire_case import check_contract, response_of, said

QUESTION = [LLMMessage(Role.USER, "Hello")]
ONE_TRY = RetryPolicy(tries=1)
SHORT = Limits(connect=5, first_byte=0.3, idle=0.3, stall=0.6, settle=0.2)
BEGUN = replace(SHORT, first_byte=20)


def client_of(server: WireServer, limits: Limits | None = None) -> OpenAIClient:
    network = NetworkOptions(limits=limits or Limits())
    return OpenAIClient("key-1234", "model-x", server.url, retry=ONE_TRY, network=network)


async def answer(client: StreamingClient) -> list[LLMStreamChunk]:
    chunks = [chunk async for chunk in client.stream(QUESTION)]
    await client.aclose()
    check_contract(chunks)
    return chunks


async def read_reply(reply: Reply, limits: Limits | None = None) -> list[LLMStreamChunk]:
    async with WireServer(reply) as server:
        return await answer(client_of(server, limits))


def error_of(chunks: list[LLMStreamChunk]) -> LLMError:
    error = chunks[-1].error
    assert error is not None, chunks[-1]
    return error


async def test_an_event_of_5_mb_is_read() -> None:
    chunks = await read_reply(Reply(events(delta(content=BIG), STOP)))

    assert said(chunks, "delta") == BIG


async def test_s10_an_event_over_16_mb_is_refused() -> None:
    line = b'data: {"choices":[{"delta":{"content":"' + b"x" * (17 * 1024 * 1024)

    chunks = await read_reply(Reply(event(HALLO) + line))

    assert error_of(chunks).kind is ErrorKind.BAD_RESPONSE
    assert said(chunks, "delta") == "Hal"


async def test_done_comes_at_once_though_the_server_holds_on() -> None:
    started = monotonic()
    patient = Limits(settle=60)
    chunks = await read_reply(Reply(events(HALLO, STOP) + DONE, ending="hold"), patient)

    assert response_of(chunks).content == "Hal"
    assert monotonic() - started < 30


async def test_done_comes_soon_when_only_the_end_mark_is_missing() -> None:
    reply = Reply(events(HALLO, STOP), ending="hold")

    chunks = await read_reply(reply, Limits(settle=0.2))

    assert response_of(chunks).finish_reason is FinishReason.STOP


async def test_a_compressed_stream_is_read() -> None:
    body = gzip.compress(events(HALLO, MORE, STOP) + DONE)
    chunks = await read_reply(Reply(body, headers={"content-encoding": "gzip"}))

    assert said(chunks, "delta") == "Hallo"


async def test_s10_a_gzip_bomb_is_capped() -> None:
    bomb = gzip.compress(b"data: " + bytes(64 * 1024 * 1024), compresslevel=1)
    chunks = await read_reply(Reply(bomb, headers={"content-encoding": "gzip"}))

    assert error_of(chunks).kind is ErrorKind.BAD_RESPONSE


@pytest.mark.parametrize(
    ("ending", "framing"),
    [("reset", "cut chunked"), ("close", "cut chunked"), ("close", "cut length")],
)
async def test_a_broken_connection_keeps_the_text(ending: Ending, framing: Framing) -> None:
    body = [event(HALLO), 0.05, event(MORE), 0.05]
    chunks = await read_reply(Reply(body, ending=ending, framing=framing))

    assert error_of(chunks).kind is ErrorKind.NETWORK
    assert error_of(chunks).partial == "Hallo"


@pytest.mark.parametrize("count", range(20))
async def test_s01_a_reset_after_any_chunk_keeps_the_text(count: int) -> None:
    words = [f"w{number} " for number in range(count)]
    body = [event(delta(content=word)) for word in words]
    chunks = await read_reply(Reply([*body, 0.02], ending="reset"))

    assert error_of(chunks).kind is ErrorKind.NETWORK
    assert error_of(chunks).partial == "".join(words)
    assert "IndexError" not in error_of(chunks).detail


async def test_a_break_after_the_finish_reason_loses_nothing() -> None:
    chunks = await read_reply(Reply([events(HALLO, STOP), 0.05], ending="reset"))

    assert response_of(chunks).content == "Hal"


async def test_s04_silence_before_the_headers_times_out() -> None:
    chunks = await read_reply(Reply(delay=30), SHORT)

    assert error_of(chunks).kind is ErrorKind.TIMEOUT


async def test_s04_silence_after_the_headers_times_out() -> None:
    started = monotonic()
    chunks = await read_reply(Reply([b"", 30.0]), SHORT)

    assert error_of(chunks).kind is ErrorKind.TIMEOUT
    assert monotonic() - started < 20


async def test_silence_in_the_middle_times_out_and_keeps_the_text() -> None:
    chunks = await read_reply(Reply([event(HALLO), 30.0]), BEGUN)

    assert error_of(chunks).kind is ErrorKind.TIMEOUT
    assert error_of(chunks).partial == "Hal"


async def test_anthropic_silence_in_the_middle_times_out_too() -> None:
    async with WireServer(Reply([OPEN + text("Hal"), 30.0])) as server:
        client = AnthropicClient(
            "k-1234", "m", server.origin, retry=ONE_TRY, network=NetworkOptions(limits=BEGUN)
        )
        chunks = await answer(client)

    assert error_of(chunks).kind is ErrorKind.TIMEOUT
    assert error_of(chunks).partial == "Hal"


@pytest.mark.parametrize("keep_alive", [b": ping\n\n", b'event: ping\ndata: {"type": "ping"}\n\n'])
async def test_keep_alives_for_ever_time_out(keep_alive: bytes) -> None:
    drip: list[bytes | float] = [event(HALLO)]
    for _ in range(60):
        drip += [keep_alive, 0.1]
    started = monotonic()
    chunks = await read_reply(Reply(drip), replace(BEGUN, idle=20))

    assert error_of(chunks).kind is ErrorKind.TIMEOUT
    assert monotonic() - started > 0.5


async def test_keep_alives_hold_a_slow_answer() -> None:
    drip: list[bytes | float] = [b": ping\n\n", 0.5] * 5
    limits = Limits(idle=2)

    reply = Reply([*drip, events(HALLO, STOP)])
    assert response_of(await read_reply(reply, limits)).content == "Hal"


async def test_a_slow_reader_is_no_stalled_server() -> None:
    body = [event(HALLO), 0.1, b": ping\n\n", 0.1, events(MORE, STOP) + DONE]
    async with WireServer(Reply(body)) as server:
        client = client_of(server, replace(BEGUN, idle=0.8, stall=0.8))
        chunks: list[LLMStreamChunk] = []
        async for chunk in client.stream(QUESTION):
            chunks.append(chunk)
            await asyncio.sleep(1)
        await client.aclose()

    assert response_of(chunks).content == "Hallo"


async def test_nobody_listens() -> None:
    client = OpenAIClient(None, "m", "http://127.0.0.1:9/v1", retry=ONE_TRY)
    error = error_of(await answer(client))

    assert error.kind is ErrorKind.REFUSED
    assert error.message == "No server is running at 127.0.0.1:9 on this computer."


async def test_s17_a_name_that_does_not_exist() -> None:
    error = error_of(
        await answer(OpenAIClient("k-1234", "m", "https://parley.invalid/v1", retry=ONE_TRY))
    )

    assert error.kind is ErrorKind.DNS
    assert "parley.invalid" in error.message


async def test_s13_https_to_a_server_without() -> None:
    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        error = error_of(await answer(OpenAIClient("k-1234", "m", url, retry=ONE_TRY)))

    assert error.kind is ErrorKind.TLS


async def test_what_is_no_http() -> None:
    chunks = await read_reply(Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n"))

    assert error_of(chunks).kind in {ErrorKind.NETWORK, ErrorKind.BAD_RESPONSE}


async def seconds_until_closed() -> float:
    """Cancel an answer that is under way and return how long its connection outlived that."""
    async with WireServer(Reply(event(HALLO), ending="hold")) as server:
        client = client_of(server)
        chunks: list[LLMStreamChunk] = []
        under_way = asyncio.Event()

        async def listen() -> None:
            async for chunk in client.stream(QUESTION):
                chunks.append(chunk)
                under_way.set()

        task = asyncio.create_task(listen())
        await under_way.wait()
        cancelled = monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.client_left.wait(), 30)
        await client.aclose()
    assert said(chunks, "delta") == "Hal"
    return server.client_left_at - cancelled


async def test_s18_cancelling_closes_the_connection_within_100_ms() -> None:
    # One of some must be so quick: the others may have waited for a busy machine.
    for _ in range(20):
        if await seconds_until_closed() < 0.1:
            return
    pytest.fail("no connection was closed in time")


async def test_a_consumer_that_stops_listening_closes_the_connection() -> None:
    async with WireServer(Reply(event(HALLO), ending="hold")) as server:
        client = client_of(server)
        async with aclosing(client.stream(QUESTION)) as chunks:
            async for _ in chunks:
                break
        await asyncio.wait_for(server.client_left.wait(), 30)
        await client.aclose()


async def test_cancelling_while_waiting_to_repeat() -> None:
    reply = Reply(b"{}", status=429, headers={"retry-after": "50"}, framing="length")
    async with WireServer(reply) as server:
        client = OpenAIClient("k-1234", "m", server.url)
        waiting = asyncio.Event()
        task = asyncio.create_task(client.complete(QUESTION, on_status=lambda _: waiting.set()))
        await waiting.wait()
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await client.aclose()


async def test_s18_stopping_at_many_moments_leaves_the_client_usable() -> None:
    body: list[bytes | float] = []
    for _ in range(20):
        body += [event(HALLO), 0.005]
    async with WireServer(Reply([*body, event(STOP) + DONE])) as server:
        client = client_of(server)
        for moment in range(100):
            task = asyncio.create_task(client.complete(QUESTION))
            await asyncio.sleep(moment * 0.001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        assert (await client.complete(QUESTION)).content == "Hal" * 20
        await client.aclose()


def test_one_client_in_two_event_loops() -> None:
    client: OpenAIClient | None = None

    async def ask() -> str:
        nonlocal client
        async with WireServer(Reply(events(HALLO, STOP) + DONE)) as server:
            client = client or client_of(server)
            client._service = client_of(server)._service
            return (await client.complete(QUESTION)).content

    for _ in range(2):
        with asyncio.Runner() as runner:
            assert runner.run(ask()) == "Hal"


async def test_two_first_requests_at_once_share_a_connection() -> None:
    async with WireServer(Reply(events(HALLO, STOP) + DONE)) as server:
        client = client_of(server)
        answers = await asyncio.gather(*[client.complete(QUESTION) for _ in range(5)])
        await client.aclose()

    assert [response.content for response in answers] == ["Hal"] * 5


async def test_an_error_is_not_mixed_up_with_the_one_being_handled() -> None:
    refused = OpenAIClient(None, "m", "http://127.0.0.1:9/v1", retry=ONE_TRY)
    chunks: list[LLMStreamChunk] = []
    async with WireServer(Reply(b"{}", 401, "application/json")) as server:
        client = client_of(server)
        try:
            await client.complete(QUESTION)
        except LLMError:
            chunks = await answer(refused)
        await client.aclose()

    assert error_of(chunks).kind is ErrorKind.REFUSED


async def test_a_connection_is_used_again() -> None:
    async with WireServer(Reply(events(HALLO, STOP) + DONE, framing="chunked")) as server:
        client = client_of(server)
        for _ in range(3):
            await client.complete(QUESTION)
        connections = len(server._tasks)
        await client.aclose()

    assert (len(server.requests), connections) == (3, 1)


async def test_s10_many_tiny_events_in_one_piece() -> None:
    body = json.dumps(delta(content="a"), separators=(",", ":")).encode()
    many = (b"data: " + body + b"\n\n") * 20_000
    chunks = await read_reply(Reply([many] * 3 + [event(STOP) + DONE]))

    assert len(response_of(chunks).content) == 60_000
