"""Every wire case: over a real connection, byte by byte, and cut at random places."""

from importlib import import_module
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.core.content import Role
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, LLMStreamChunk
from desktop.llm.client import StreamingClient
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import Reply, WireServer
from tests.llm.chat_odd_cases import ODD
from tests.llm.chat_syntax_cases import SHAPES, SYNTAX
from tests.llm.chat_tool_cases import ERRORS, TOOLS
from tests.llm.conformance_table import ELSEWHERE, ROWS
from tests.llm.messages_cases import MESSAGES
from tests.llm.messages_odd_cases import MESSAGES_ODD
from tests.llm.responses_cases import RESPONSES
from tests.llm.responses_odd_cases import RESPONSES_ODD
from tests.llm.wire_case import Case, check_case, new_answer, read_pieces

CASES = [
    *SYNTAX,
    *SHAPES,
    *TOOLS,
    *ERRORS,
    *ODD,
    *MESSAGES,
    *MESSAGES_ODD,
    *RESPONSES,
    *RESPONSES_ODD,
]
QUESTION = [LLMMessage(Role.USER, "Hello")]
ONE_TRY = RetryPolicy(tries=1)

each_case = pytest.mark.parametrize("case", CASES, ids=str)


def client_for(case: Case, server: WireServer) -> StreamingClient:
    if case.dialect == "messages":
        return AnthropicClient("key-1234", "claude-x", server.origin, retry=ONE_TRY)
    return OpenAIClient(
        "key-1234",
        "model-x",
        server.url,
        api=case.dialect,
        think_tags=case.think_tags,
        retry=ONE_TRY,
    )


async def answer_over_a_connection(case: Case, reply: Reply) -> list[LLMStreamChunk]:
    async with WireServer(reply) as server:
        client = client_for(case, server)
        chunks = [chunk async for chunk in client.stream(QUESTION)]
        await client.aclose()
    return chunks


@each_case
async def test_case_over_a_connection(case: Case) -> None:
    reply = Reply(case.body, content_type=case.content_type, framing="chunked")

    check_case(case, await answer_over_a_connection(case, reply))


@each_case
def test_case_byte_by_byte(case: Case) -> None:
    pieces = [case.body[i : i + 1] for i in range(len(case.body))]

    check_case(case, read_pieces(new_answer(case), pieces))


@each_case
@given(data=st.data())
@settings(max_examples=12)
def test_case_cut_at_random(case: Case, data: st.DataObject) -> None:
    places = st.lists(st.integers(0, len(case.body)), max_size=8)
    cuts = [0, *sorted(data.draw(places)), len(case.body)]
    pieces = [case.body[a:b] for a, b in pairwise(cuts)]

    check_case(case, read_pieces(new_answer(case), pieces))


def test_the_table_is_covered(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {case.number for case in CASES}
    for place in ELSEWHERE.values():
        module, _, name = place.partition(".")
        assert hasattr(import_module(f"tests.llm.{module}"), name), place
    with capsys.disabled():
        print(
            f"\nwire cases: {len(CASES)} for {len(rows)} rows, each read in 14 or more ways; "
            f"{len(ELSEWHERE.keys() - rows)} rows by tests of their own"
        )

    assert rows | ELSEWHERE.keys() == set(range(1, ROWS + 1))
