"""What a request carries per model family."""

from dataclasses import replace
from typing import Any

import pytest

from desktop.llm.policy import REASONING_HEADROOM, ParameterPolicy, RequestParameters

OPENAI = "api.openai.com"
ANTHROPIC = "api.anthropic.com"
TOOL = {"type": "function", "function": {"name": "add"}}


def wanted(**changes: Any) -> RequestParameters:
    return replace(RequestParameters(max_tokens=100, temperature=0.7), **changes)


def applied(
    host: str, dialect: Any, model: str, parameters: RequestParameters, **body: Any
) -> tuple[dict[str, Any], list[str]]:
    warnings = ParameterPolicy(host=host, dialect=dialect).apply(model, body, parameters)
    return body, warnings


@pytest.mark.parametrize(
    "model", ["gpt-6-astra", "gpt-6.2-sol", "gpt-5", "gpt-5.4-nano", "o3", "o4-mini", "gpt-9-new"]
)
def test_openais_reasoning_models_get_headroom_and_no_temperature(model: str) -> None:
    body, warnings = applied(OPENAI, "responses", model, wanted())

    assert body["max_output_tokens"] == 100 + REASONING_HEADROOM
    assert body["reasoning"] == {"summary": "auto"}
    assert body["include"] == ["reasoning.encrypted_content"]
    assert "temperature" not in body
    assert len(warnings) == 1
    assert "temperature" in warnings[0]


@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-4o-mini", "ft:gpt-4o:me::1", "gpt-3.5-turbo"])
def test_openais_older_models_take_a_temperature(model: str) -> None:
    body, warnings = applied(OPENAI, "responses", model, wanted())

    assert body == {"max_output_tokens": 100, "temperature": 0.7}
    assert warnings == []


def test_the_responses_api_never_gets_less_than_its_smallest_limit() -> None:
    body, _ = applied(OPENAI, "responses", "gpt-4.1", wanted(max_tokens=1))

    assert body["max_output_tokens"] == 16


@pytest.mark.parametrize(
    ("model", "sent"), [("gpt-5", False), ("gpt-5.4", True), ("gpt-6-sol", True), ("o3", False)]
)
def test_reasoning_switched_off_lets_newer_models_take_a_temperature(
    model: str, sent: bool
) -> None:
    body, warnings = applied(OPENAI, "chat", model, wanted(reasoning_effort="none"))

    assert ("temperature" in body) is sent
    assert (warnings == []) is sent
    assert body["reasoning_effort"] == "none"


def test_openais_chat_api_has_its_own_name_for_the_limit() -> None:
    body, _ = applied(OPENAI, "chat", "gpt-4o", wanted())
    azure, _ = applied("me.openai.azure.com", "chat", "my-deployment", wanted())

    assert body == {"max_completion_tokens": 100, "temperature": 0.7}
    assert azure == {"max_completion_tokens": 100, "temperature": 0.7}


def test_compatible_servers_get_the_plain_names() -> None:
    body, warnings = applied("localhost", "chat", "llama3.2", wanted())

    assert body == {"max_tokens": 100, "temperature": 0.7}
    assert warnings == []


@pytest.mark.parametrize(
    ("host", "model"),
    [
        ("localhost", "gpt-oss:20b"),
        ("localhost", "qwen3-4b-thinking-2507"),
        ("openrouter.ai", "openai/gpt-6-astra"),
        ("openrouter.ai", "deepseek/deepseek-r1"),
        ("api.deepseek.com", "deepseek-v4"),
        ("api.mistral.ai", "magistral-medium"),
    ],
)
def test_reasoning_models_elsewhere_get_headroom(host: str, model: str) -> None:
    body, _ = applied(host, "chat", model, wanted())

    assert body["max_tokens"] == 100 + REASONING_HEADROOM


@pytest.mark.parametrize("dialect", ["chat", "responses"])
def test_what_nobody_asked_for_is_not_sent(dialect: str) -> None:
    body, warnings = applied(
        "localhost", dialect, "m", wanted(max_tokens=None, temperature=None), tools=[]
    )

    assert body == {}
    assert warnings == []


def test_parallel_tool_calls_need_tools() -> None:
    without, _ = applied("h", "chat", "m", wanted(), tools=[], parallel_tool_calls=True)
    with_tools, _ = applied("h", "chat", "m", wanted(), tools=[TOOL], parallel_tool_calls=True)

    assert without.keys() & {"tools", "parallel_tool_calls"} == set()
    assert with_tools["parallel_tool_calls"] is True


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("claude-opus-5-5", True),
        ("claude-fable-5-2", True),
        ("claude-sonnet-5", True),
        ("anthropic/claude-haiku-5-5", True),
        ("claude-opus-4-8", False),
        ("claude-haiku-4-5-20251001", False),
        ("claude-opus-4-20250514", False),
        ("claude-3-5-haiku-20241022", False),
        ("smollm2-135m", False),
    ],
)
def test_claude_thinks_in_readable_words_where_it_thinks_by_itself(
    model: str, thinking: bool
) -> None:
    body, warnings = applied(ANTHROPIC, "messages", model, wanted())

    expected = {"type": "adaptive", "display": "summarized"} if thinking else None
    assert body.get("thinking") == expected
    assert body["max_tokens"] == (100 + REASONING_HEADROOM if thinking else 100)
    assert "temperature" not in body
    assert len(warnings) == 1


def test_anthropic_always_gets_a_limit() -> None:
    body, warnings = applied(
        ANTHROPIC, "messages", "claude-haiku-4-5", wanted(max_tokens=None, temperature=None)
    )

    assert body == {"max_tokens": 4096}
    assert warnings == []


@pytest.mark.parametrize(
    ("model", "effort", "expected"),
    [
        ("claude-opus-5-5", "high", {"thinking": "adaptive", "effort": "high"}),
        ("claude-opus-4-7", "max", {"thinking": "adaptive", "effort": "max"}),
        ("claude-opus-4-7", "minimal", {"thinking": "adaptive", "effort": "low"}),
        ("claude-opus-4-5", "low", {"thinking": None, "effort": "low"}),
        ("claude-opus-5", "none", {"thinking": "disabled", "effort": None}),
        ("claude-sonnet-4-20250514", "high", {"thinking": None, "effort": None}),
    ],
)
def test_claudes_effort_is_sent_where_it_is_known(
    model: str, effort: str, expected: dict[str, Any]
) -> None:
    body, warnings = applied(
        ANTHROPIC, "messages", model, wanted(temperature=None, reasoning_effort=effort)
    )

    found = {
        "thinking": body.get("thinking", {}).get("type"),
        "effort": body.get("output_config", {}).get("effort"),
    }
    assert found == expected
    assert bool(warnings) is (model == "claude-sonnet-4-20250514")


@pytest.mark.parametrize(
    ("dialect", "choice", "expected"),
    [
        ("chat", "auto", "auto"),
        ("chat", "required", "required"),
        ("chat", "add", {"type": "function", "function": {"name": "add"}}),
        ("responses", "add", {"type": "function", "name": "add"}),
        ("messages", "none", {"type": "none"}),
        ("messages", "required", {"type": "any"}),
        ("messages", "add", {"type": "tool", "name": "add"}),
    ],
)
def test_the_choice_of_tools_per_dialect(dialect: str, choice: str, expected: Any) -> None:
    body, _ = applied("h", dialect, "some-model", wanted(tool_choice=choice), tools=[TOOL])

    assert body["tool_choice"] == expected


def test_a_thinking_claude_is_not_forced_to_use_a_tool() -> None:
    body, warnings = applied(
        ANTHROPIC,
        "messages",
        "claude-opus-5-5",
        wanted(temperature=None, tool_choice="required"),
        tools=[TOOL],
    )

    assert body["tool_choice"] == {"type": "auto"}
    assert "tool" in warnings[0]


def test_a_warning_is_given_once_per_model() -> None:
    policy = ParameterPolicy(host=OPENAI, dialect="responses")

    assert len(policy.apply("gpt-6-astra", {}, wanted())) == 1
    assert policy.apply("gpt-6-astra", {}, wanted()) == []
    assert len(policy.apply("gpt-6-sol", {}, wanted())) == 1
