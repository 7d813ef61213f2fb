"""When an answer is taken for whole, and what a break leaves of JSON lines."""

import json
from time import monotonic

from desktop.core.content import Role
from desktop.core.errors import ErrorKind
from desktop.llm.base import LLMMessage, LLMStreamChunk
from desktop.llm.network import Limits, NetworkOptions
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import Reply, WireServer
from tests.llm.chat_syntax_cases import DONE, HALLO, MORE, PLAIN, STOP, event, events, finish
from tests.llm.wire_case import check_contract, response_of, said

SETTLING = NetworkOptions(limits=Limits(settle=0.3))


async def read(reply: Reply, network: NetworkOptions = SETTLING) -> list[LLMStreamChunk]:
    async with WireServer(reply) as server:
        client = OpenAIClient(
            "key-1234", "model-x", server.url, retry=RetryPolicy(tries=1), network=network
        )
        chunks = [chunk async for chunk in client.stream([LLMMessage(Role.USER, "Hello")])]
        await client.aclose()
    check_contract(chunks)
    return chunks


async def test_a_short_answer_in_one_read_waits_for_its_end_mark_only_briefly() -> None:
    started = monotonic()
    chunks = await read(Reply(events(HALLO, STOP), ending="hold"))

    assert response_of(chunks).content == "Hal"
    assert monotonic() - started < 20


async def test_a_reason_with_every_chunk_does_not_cut_the_answer() -> None:
    body: list[bytes | float] = [event(HALLO)]
    for letter in "abcd":
        body += [0.4, event(finish("stop", content=letter))]
    network = NetworkOptions(limits=Limits(settle=1.3))
    chunks = await read(Reply([*body, 0.4, DONE]), network)

    assert response_of(chunks).content == "Halabcd"


async def test_keep_alives_do_not_hold_a_whole_answer() -> None:
    body: list[bytes | float] = [events(HALLO, STOP)]
    for _ in range(400):
        body += [0.1, b": ping\n\n"]
    started = monotonic()
    chunks = await read(Reply(body))

    assert response_of(chunks).content == "Hal"
    assert monotonic() - started < 20


async def test_json_lines_are_shown_as_they_come() -> None:
    lines = b"".join(json.dumps(value).encode() + b"\n" for value in (HALLO, MORE))
    chunks = await read(Reply([lines, 0.1], ending="reset"))
    error = chunks[-1].error

    assert error is not None
    assert (error.kind, error.partial) == (ErrorKind.NETWORK, "Hallo")


async def test_events_apart_by_one_line_end_are_shown_as_they_come() -> None:
    single = PLAIN.replace(b"\n\n", b"\n").partition(b"data: [DONE]")[0]
    chunks = await read(Reply([single[:200], 0.1], ending="reset"))

    assert said(chunks, "delta") == "Hallo"
