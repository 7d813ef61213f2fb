"""Every recorded exchange of real servers is read exactly as it should be."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.content import Role, ToolCall, Usage
from desktop.core.errors import LLMError
from desktop.llm.accumulator import Accumulator
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, LLMStreamChunk
from desktop.llm.chat_accumulator import ChatAccumulator
from desktop.llm.client import StreamingClient
from desktop.llm.embeddings import OpenAIEmbeddings
from desktop.llm.messages_accumulator import MessagesAccumulator
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.responses_accumulator import ResponsesAccumulator
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import EVENT_STREAM, JSON, Reply, WireServer
from tests.llm.wire_case import check_contract, read_pieces, said

RECORDED = Path(__file__).resolve().parents[3] / "shared/wire/recorded.jsonl.gz"
Row = dict[str, Any]

pytestmark = pytest.mark.skipif(
    not RECORDED.exists(), reason="the recorded provider traffic is not here: ../shared/wire"
)

QUESTION = [LLMMessage(Role.USER, "Hello")]
ONE_TRY = RetryPolicy(tries=1)


def rows() -> Iterator[Row]:
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def body_of(row: Row) -> bytes:
    body = row["response"]
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def answer_of(row: Row) -> Accumulator:
    kinds = {
        "chat": ChatAccumulator,
        "responses": ResponsesAccumulator,
        "messages": MessagesAccumulator,
    }
    return kinds[row["kind"]]()


def arguments_of(call: ToolCall) -> Any:
    if call.error == "invalid_json":
        return {"!invalid": call.raw_arguments}
    return dict(call.arguments) if call.error is None else json.loads(call.raw_arguments)


def usage_of(usage: Usage | None, kind: str) -> Row | None:
    """Return the counts as the wire has them: Anthropic's leave cached tokens out."""
    if usage is None:
        return None
    read = usage.input_tokens
    if kind == "messages" and read is not None:
        read -= (usage.cached_input_tokens or 0) + (usage.cache_write_tokens or 0)
    return {"input_tokens": read, "output_tokens": usage.output_tokens}


def seen(row: Row, chunks: Sequence[LLMStreamChunk], answer: Accumulator | None = None) -> Row:
    """Return what was read in the form of the row's `expected`."""
    error, response = chunks[-1].error, chunks[-1].response
    if error is not None and row["status"] != 200:
        return {"error": True, "status": error.status}
    usage = response.usage if response else answer.usage if answer else None
    calls = [chunk.tool_call for chunk in chunks if chunk.tool_call]
    return {
        "text": said(chunks, "delta"),
        "reasoning": said(chunks, "reasoning"),
        "tool_calls": [
            {"id": call.id, "name": call.name, "arguments": arguments_of(call)} for call in calls
        ],
        "finish_reason": response.raw_finish_reason if response else None,
        "usage": usage_of(usage, row["kind"]),
        "error": error is not None,
    }


def client_for(row: Row, server: WireServer) -> StreamingClient:
    if row["kind"] == "messages":
        return AnthropicClient("key-1234", "claude-x", server.origin, retry=ONE_TRY)
    return OpenAIClient("key-1234", "model-x", server.url, api=row["kind"], retry=ONE_TRY)


async def exchanged(server: WireServer, client: StreamingClient, row: Row) -> Row:
    kind = EVENT_STREAM if isinstance(row["response"], str) else JSON
    server.replies = [
        Reply(body_of(row), status=row["status"], content_type=kind, framing="length")
    ]
    chunks = [chunk async for chunk in client.stream(QUESTION)]
    check_contract(chunks)
    return seen(row, chunks)


async def embedded(server: WireServer, row: Row) -> Row:
    server.replies = [Reply(body_of(row), row["status"], JSON, framing="length")]
    client = OpenAIEmbeddings("key-1234", "text-embedding-3-small", server.url, retry=ONE_TRY)
    try:
        vectors = await client.embed(["a"] * row["expected"].get("count", 1))
    except LLMError as error:
        return {"error": True, "status": error.status}
    finally:
        await client.aclose()
    return {"count": len(vectors)}


async def test_every_exchange_over_a_connection(capsys: pytest.CaptureFixture[str]) -> None:
    wrong: list[str] = []
    read: Counter[str] = Counter()
    async with WireServer(Reply()) as server:
        clients = {
            kind: client_for({"kind": kind}, server) for kind in ("chat", "responses", "messages")
        }
        for number, row in enumerate(rows()):
            if row["kind"] == "embeddings":
                got = await embedded(server, row)
            else:
                got = await exchanged(server, clients[row["kind"]], row)
            read[row["kind"]] += 1
            if got != row["expected"]:
                wrong.append(f"{number} {row['host']}: {got}\n  not {row['expected']}")
        for client in clients.values():
            await client.aclose()
    with capsys.disabled():
        print(
            f"\nrecorded rows read exactly: {read.total() - len(wrong)} of {read.total()}, {read}"
        )

    assert wrong == []
    assert read.total() == 591


@cache
def good_rows() -> list[Row]:
    return [row for row in rows() if row["status"] == 200 and row["kind"] != "embeddings"]


@pytest.mark.parametrize("size", [1, 7])
def test_every_answer_in_small_pieces(size: int) -> None:
    for row in good_rows():
        body, answer = body_of(row), answer_of(row)
        pieces = (body[i : i + size] for i in range(0, len(body), size))

        assert seen(row, read_pieces(answer, pieces), answer) == row["expected"]


@given(data=st.data())
@settings(max_examples=40)
def test_streams_cut_at_random_places(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([row for row in good_rows() if row["stream"]]))
    body, answer = body_of(row), answer_of(row)
    cuts = [0, *sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=30))), len(body)]
    pieces = [body[a:b] for a, b in pairwise(cuts)]

    assert seen(row, read_pieces(answer, pieces), answer) == row["expected"]
