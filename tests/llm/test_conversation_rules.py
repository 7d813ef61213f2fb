"""How a conversation is put in order for the wire: rows 124 to 131."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from desktop.core.content import Role, TextPart, ToolCall
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import LLMMessage, LLMResponse, ToolDefinition
from desktop.llm.chat_dialect import ChatDialect
from desktop.llm.dialect import Dialect, Peer
from desktop.llm.messages_dialect import MessagesDialect
from desktop.llm.responses_dialect import ResponsesDialect
from tests.llm.messages_cases import STOP, block, delta, start, stop
from tests.llm.messages_cases import text as text_delta
from tests.llm.responses_cases import CALL, REASONING, end, message
from tests.llm.wire_case import read_pieces, response_of

HERE = Peer("127.0.0.1", "m", "account")
SYSTEM = LLMMessage(Role.SYSTEM, "Be brief.")
HELLO = LLMMessage(Role.USER, "Hello")
HI = LLMMessage(Role.ASSISTANT, "Hi.")
MORE = LLMMessage(Role.USER, "More?")


def chat(*messages: LLMMessage, host: str = "127.0.0.1", model: str = "m") -> list[dict[str, Any]]:
    return ChatDialect(Peer(host, model, "a")).request(messages, [])["messages"]


def anthropic(*messages: LLMMessage) -> list[dict[str, Any]]:
    return MessagesDialect(HERE).request(messages, [])["messages"]


def roles(wire: list[dict[str, Any]]) -> list[str]:
    return [message["role"] for message in wire]


def asks(*ids: str) -> LLMMessage:
    calls = tuple(ToolCall(call_id, "f") for call_id in ids)
    return LLMMessage(Role.ASSISTANT, "", tool_calls=calls)


def result(call_id: str, content: str = "ok") -> LLMMessage:
    return LLMMessage(Role.TOOL, content, tool_call_id=call_id)


def test_a_system_message_in_the_middle_is_said_by_the_user() -> None:
    assert roles(chat(HELLO, HI, SYSTEM, MORE)) == ["user", "assistant", "user"]
    assert chat(HELLO, HI, SYSTEM, MORE)[-1]["content"] == "Be brief.\n\nMore?"


def test_blank_parts_and_turns_are_left_out() -> None:
    blank = LLMMessage(Role.ASSISTANT, " \n")
    parts = LLMMessage(Role.USER, (TextPart(" "), TextPart("Hello")))

    assert anthropic(parts, blank, MORE) == [
        {
            "role": "user",
            "content": [{"type": "text", "text": "Hello"}, {"type": "text", "text": "More?"}],
        }
    ]


@pytest.mark.parametrize("messages", [[], [SYSTEM], [HELLO, HI, LLMMessage(Role.USER, "  ")]])
def test_nothing_to_answer_is_refused(messages: list[LLMMessage]) -> None:
    with pytest.raises(LLMError) as caught:
        ChatDialect(HERE).request(messages, [])

    assert caught.value.kind is ErrorKind.BAD_REQUEST


def test_neighbours_of_one_side_are_joined() -> None:
    wire = chat(HELLO, MORE, HI, HI, MORE)

    assert roles(wire) == ["user", "assistant", "user"]
    assert wire[1]["content"] == "Hi.\n\nHi."


def test_a_call_without_a_result_was_not_run() -> None:
    wire = anthropic(HELLO, asks("a", "b"), result("b"), MORE)

    results = wire[2]["content"][:2]
    assert [block["tool_use_id"] for block in results] == ["a", "b"]
    assert (results[0]["is_error"], results[0]["content"][0]["text"]) == (
        True,
        "This tool was not run.",
    )
    assert wire[2]["content"][2] == {"type": "text", "text": "More?"}


def test_results_stand_first_though_the_user_spoke_before() -> None:
    wire = chat(HELLO, asks("a"), MORE, result("a"))

    assert roles(wire) == ["user", "assistant", "tool", "user"]


def test_a_result_without_a_call_is_dropped() -> None:
    assert roles(chat(HELLO, result("x"), HI, result("y"), MORE)) == ["user", "assistant", "user"]


def test_a_call_without_a_name_goes_with_its_result() -> None:
    broken = LLMMessage(Role.ASSISTANT, "Well.", tool_calls=(ToolCall("a", "", error="no_name"),))

    assert roles(chat(HELLO, broken, result("a"), MORE)) == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    ("host", "model"), [("api.mistral.ai", "m"), ("127.0.0.1", "mistralai/Devstral-Small")]
)
def test_mistral_gets_ids_of_nine(host: str, model: str) -> None:
    wire = chat(HELLO, asks("call_abc"), result("call_abc"), MORE, host=host, model=model)

    call_id = wire[1]["tool_calls"][0]["id"]
    assert re.fullmatch("[A-Za-z0-9]{9}", call_id)
    assert wire[2]["tool_call_id"] == call_id


def test_anthropic_gets_ids_of_plain_letters() -> None:
    wire = anthropic(HELLO, asks("functions.f:0"), result("functions.f:0"))

    call_id = wire[1]["content"][0]["id"]
    assert re.fullmatch("[A-Za-z0-9_-]+", call_id)
    assert wire[2]["content"][0]["tool_use_id"] == call_id


def test_an_id_used_twice_is_told_apart() -> None:
    wire = chat(HELLO, asks("a"), result("a", "1"), asks("a"), result("a", "2"))

    ids = [m["tool_calls"][0]["id"] for m in wire if "tool_calls" in m]
    assert len(set(ids)) == 2
    assert [m["tool_call_id"] for m in wire if m["role"] == "tool"] == ids


@pytest.mark.parametrize("kind", [ChatDialect, ResponsesDialect, MessagesDialect])
def test_the_last_word_is_the_users(kind: type[Dialect]) -> None:
    body = kind(HERE).request([HELLO, LLMMessage(Role.ASSISTANT, "Well, ")], [])

    wire = body.get("messages") or body["input"]
    assert wire[-1]["role"] == "user"
    assert "Continue." in str(wire[-1])
    assert "Well, '" not in str(wire[-2])


def test_anthropic_begins_with_the_user() -> None:
    assert roles(anthropic(HI, MORE)) == ["user", "assistant", "user"]


# Reasoning that the provider wants back


def signed_answer(dialect: MessagesDialect, asked: list[LLMMessage]) -> LLMMessage:
    """Return the answer to `asked` as it is kept, with a signed thought and a call."""
    body = (
        start()
        + block(0, "thinking", thinking="", signature="")
        + delta(0, "thinking_delta", thinking="hm")
        + delta(0, "signature_delta", signature="c2ln")
        + block(1, "redacted_thinking", data="b3Bh")
        + block(2, "text", text="")
        + text_delta("Hi.", 2)
        + stop()
        + STOP
    )
    response = response_of(read_pieces(dialect.answer(), [body]))
    return kept(response, dialect.stamp(dialect.request(asked, [])))


def kept(response: LLMResponse, stamp: Mapping[str, Any]) -> LLMMessage:
    assert response.provider_state is not None
    state = {**stamp, **response.provider_state}
    return LLMMessage(
        Role.ASSISTANT, response.content, tool_calls=response.tool_calls, provider_state=state
    )


def kinds(turn: dict[str, Any]) -> list[str]:
    return [part["type"] for part in turn["content"]]


THOUGHTS = ["thinking", "redacted_thinking", "text"]


def test_signed_thoughts_go_back_verbatim() -> None:
    dialect = MessagesDialect(HERE)
    answer = signed_answer(dialect, [SYSTEM, HELLO])

    wire = dialect.request([SYSTEM, HELLO, answer, MORE], [])["messages"]
    assert wire[1]["content"] == [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "b3Bh"},
        {"type": "text", "text": "Hi."},
    ]


def test_blank_texts_between_thoughts_and_calls_are_left_out() -> None:
    dialect = MessagesDialect(HERE)
    body = (
        start()
        + block(0, "thinking", thinking="hm", signature="c2ln")
        + block(1, "text", text="")
        + block(2, "tool_use", id="toolu_1", name="f", input={})
        + stop("tool_use")
        + STOP
    )
    response = response_of(read_pieces(dialect.answer(), [body]))
    answer = kept(response, dialect.stamp(dialect.request([HELLO], [])))

    wire = dialect.request([HELLO, answer, result("toolu_1")], [])["messages"]
    assert kinds(wire[1]) == ["thinking", "tool_use"]


@pytest.mark.parametrize(
    "other",
    [
        Peer("127.0.0.1", "another", "account"),
        Peer("127.0.0.1", "m", "another"),
        Peer("127.0.0.2", "m", "account"),
    ],
)
def test_thoughts_are_only_for_who_thought_them(other: Peer) -> None:
    answer = signed_answer(MessagesDialect(HERE), [HELLO])

    wire = MessagesDialect(other).request([HELLO, answer, MORE], [])["messages"]
    assert kinds(wire[1]) == ["text"]


@pytest.mark.parametrize(
    ("before", "tools"),
    [
        ([LLMMessage(Role.USER, "Hello!")], []),
        ([SYSTEM, HELLO], []),
        ([HELLO], [ToolDefinition("f")]),
    ],
)
def test_thoughts_end_with_an_edit(before: list[LLMMessage], tools: list[ToolDefinition]) -> None:
    dialect = MessagesDialect(HERE)
    answer = signed_answer(dialect, [HELLO])

    wire = dialect.request([*before, answer, MORE], tools)["messages"]
    assert kinds(wire[1]) == ["text"]


def test_after_an_edited_answer_no_thought_is_sent() -> None:
    dialect = MessagesDialect(HERE)
    first = signed_answer(dialect, [HELLO])
    second = signed_answer(dialect, [HELLO, first, MORE])
    asked = [HELLO, first, MORE, second, MORE]

    unchanged = dialect.request(asked, [])["messages"]
    assert (kinds(unchanged[1]), kinds(unchanged[3])) == (THOUGHTS, THOUGHTS)
    asked[1] = replace(first, content="Hello to you.")
    edited = dialect.request(asked, [])["messages"]
    assert (kinds(edited[1]), kinds(edited[3])) == (["text"], ["text"])


def test_encrypted_reasoning_goes_back_without_ids() -> None:
    dialect = ResponsesDialect(HERE)
    said = {**message("Hallo"), "id": "msg_1", "phase": "commentary"}
    body = end("completed", REASONING, said, {**CALL, "id": "fc_1", "status": "completed"})
    answer = kept(response_of(read_pieces(dialect.answer(), [body])), dialect.stamp({}))

    items = dialect.request([HELLO, answer, result("call_1"), MORE], [])["input"]
    assert items[1] == {
        "type": "reasoning",
        "summary": REASONING["summary"],
        "encrypted_content": "b3BhcXVl",
    }
    assert items[2]["phase"] == "commentary"
    assert items[3] == CALL
    assert "id" not in {key for item in items for key in item}
    other = ResponsesDialect(Peer("127.0.0.1", "m", "another"))
    assert "reasoning" not in str(other.request([HELLO, answer, result("call_1")], []))


def test_deepseek_gets_its_reasoning_back_with_calls() -> None:
    there = Peer("api.deepseek.com", "m", "a")
    dialect = ChatDialect(there)
    state = {**dialect.stamp({}), "reasoning": {"reasoning_content": "hm"}}
    answer = replace(asks("a"), provider_state=state)

    assert dialect.request([HELLO, answer], [])["messages"][1]["reasoning_content"] == "hm"
    assert dialect.request([HELLO, asks("a")], [])["messages"][1]["reasoning_content"] == ""
    elsewhere = ChatDialect(HERE).request([HELLO, answer], [])["messages"][1]
    assert "reasoning_content" not in elsewhere
