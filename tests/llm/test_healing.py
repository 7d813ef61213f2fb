"""How a refusal changes a request, and what is remembered of it."""

from dataclasses import replace
from typing import Any

import pytest

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.policy import ParameterPolicy, RequestParameters


def wanted(**changes: Any) -> RequestParameters:
    return replace(RequestParameters(max_tokens=100, temperature=0.7), **changes)


def refusal(detail: str, *, status: int | None = 400, code: str | None = None) -> LLMError:
    return LLMError("No.", kind=ErrorKind.BAD_REQUEST, status=status, detail=detail, code=code)


HEALED = [
    (
        "chat",
        {"max_tokens": 100},
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead."
        ),
        {"max_completion_tokens": 100},
    ),
    (
        "chat",
        {"max_completion_tokens": 100},
        "unknown field `max_completion_tokens`",
        {"max_tokens": 100},
    ),
    (
        "chat",
        {"max_completion_tokens": 100000},
        (
            "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, "
            "whereas you provided 100000."
        ),
        {"max_completion_tokens": 16384},
    ),
    (
        "chat",
        {"max_tokens": 99999},
        "`max_tokens` must be less than or equal to `8192`",
        {"max_tokens": 8192},
    ),
    (
        "chat",
        {"max_tokens": 99999},
        "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
        {"max_tokens": 8192},
    ),
    (
        "messages",
        {"max_tokens": 20480},
        "max_tokens: 20480 > 8192, which is the maximum allowed number of output tokens for x",
        {"max_tokens": 8192},
    ),
    (
        "chat",
        {"temperature": 0.7, "max_tokens": 5},
        (
            "Unsupported value: 'temperature' does not support 0.7 with this model. "
            "Only the default (1) value is supported."
        ),
        {"max_tokens": 5},
    ),
    (
        "chat",
        {"stream_options": {"include_usage": True}},
        "[{'loc': ['body', 'stream_options'], 'msg': 'Extra inputs are not permitted'}]",
        {},
    ),
    ("chat", {"parallel_tool_calls": True}, "parallel_tool_calls is not supported", {}),
    ("chat", {"reasoning_effort": "max"}, "Unrecognized argument: reasoning_effort", {}),
    (
        "responses",
        {"reasoning": {"summary": "auto", "effort": "low"}},
        "Your organization must be verified to generate reasoning summaries.",
        {"reasoning": {"effort": "low"}},
    ),
    (
        "responses",
        {"reasoning": {"summary": "auto", "effort": "max"}},
        "Unsupported value: 'max' is not supported for 'reasoning.effort'.",
        {"reasoning": {"summary": "auto"}},
    ),
    (
        "responses",
        {"include": ["reasoning.encrypted_content"]},
        "Encrypted content is not supported with this model.",
        {},
    ),
    (
        "messages",
        {"thinking": {"type": "adaptive"}, "max_tokens": 9},
        "adaptive thinking is not supported on this model",
        {"max_tokens": 9},
    ),
    (
        "messages",
        {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "any"}},
        "Thinking may not be enabled when tool_choice forces tool use.",
        {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "auto"}},
    ),
    ("chat", {"tool_choice": "auto"}, "tool_choice is not supported", {}),
]


@pytest.mark.parametrize(("dialect", "body", "said", "expected"), HEALED)
def test_a_refused_parameter_is_repaired(
    dialect: Any, body: dict[str, Any], said: str, expected: dict[str, Any]
) -> None:
    policy = ParameterPolicy(host="h", dialect=dialect)

    fix = policy.heal("m", body, refusal(said))

    assert fix is not None
    assert fix.warning.endswith(".")
    assert body == expected


def test_what_was_learned_is_applied_to_the_model_it_was_learned_for() -> None:
    policy = ParameterPolicy(host="h", dialect="chat")
    fix = policy.heal("m", {"temperature": 0.7}, refusal("temperature is not supported"))
    assert fix is not None
    policy.apply("m", before := {}, wanted())
    policy.learn("m", fix)

    same: dict[str, Any] = {}
    other: dict[str, Any] = {}
    policy.apply("m", same, wanted())
    policy.apply("n", other, wanted())

    assert before == {"max_tokens": 100, "temperature": 0.7}
    assert same == {"max_tokens": 100}
    assert other == {"max_tokens": 100, "temperature": 0.7}


def test_a_renamed_limit_stays_renamed() -> None:
    policy = ParameterPolicy(host="h", dialect="chat")
    said = "Use 'max_completion_tokens' instead of max_tokens."
    body: dict[str, Any] = {"max_tokens": 100}

    fix = policy.heal("m", body, refusal(said))
    assert fix is not None
    policy.learn("m", fix)
    assert policy.heal("m", body, refusal(said)) is None
    assert body == {"max_completion_tokens": 100}
    policy.apply("m", body := {}, wanted())
    assert body == {"max_completion_tokens": 100, "temperature": 0.7}


@pytest.mark.parametrize(
    ("dialect", "said", "expected"),
    [
        (
            "messages",
            (
                "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, "
                "decrease input length or `max_tokens` and try again"
            ),
            {"max_tokens": 10000},
        ),
        (
            "chat",
            (
                "'max_tokens' is too large: 20000. This model's maximum context length is 8192 tokens "
                "and your request has 100 input tokens"
            ),
            {},
        ),
        (
            "chat",
            (
                "This model's maximum context length is 8192 tokens. However, you requested 20100 "
                "tokens (100 in the messages, 20000 in the completion)."
            ),
            {},
        ),
    ],
)
def test_a_limit_beyond_the_context_is_lowered_for_this_request_only(
    dialect: Any, said: str, expected: dict[str, Any]
) -> None:
    policy = ParameterPolicy(host="h", dialect=dialect)
    body: dict[str, Any] = {"max_tokens": 20000}

    fix = policy.heal("m", body, refusal(said))
    assert fix is not None
    policy.learn("m", fix)
    assert body == expected

    policy.apply("m", body := {}, wanted(max_tokens=20000, temperature=None))
    assert body == {"max_tokens": 20000}


@pytest.mark.parametrize(
    "error",
    [
        refusal("The conversation has no user message."),
        refusal("temperature", status=401),
        LLMError("Down.", kind=ErrorKind.SERVER, status=500, detail="temperature"),
    ],
    ids=["other", "auth", "server"],
)
def test_other_refusals_are_left_alone(error: LLMError) -> None:
    body: dict[str, Any] = {"temperature": 0.7, "max_tokens": 1}
    if error.status == 401:
        error.kind = ErrorKind.AUTH

    assert ParameterPolicy(host="h", dialect="chat").heal("m", body, error) is None
    assert body == {"temperature": 0.7, "max_tokens": 1}


SIGNED = {"role": "assistant", "content": [{"type": "thinking"}, {"type": "text", "text": "Hi."}]}
ONLY_THOUGHT = {"role": "assistant", "content": [{"type": "redacted_thinking"}]}
PLAIN = {"role": "assistant", "content": [{"type": "text", "text": "Hi."}]}
ASKED = {"role": "user", "content": "Hello"}
REPLAY_REFUSED = [
    (
        "messages",
        {"thinking": {"type": "adaptive"}, "messages": [ASKED, SIGNED, ASKED, ONLY_THOUGHT]},
        "messages.1.content.0: Invalid `signature` in `thinking` block",
        {"thinking": {"type": "adaptive"}, "messages": [ASKED, PLAIN, ASKED]},
    ),
    (
        "messages",
        {"thinking": {"type": "adaptive"}, "messages": [ASKED, PLAIN]},
        "a final `assistant` message must start with a thinking block",
        {"messages": [ASKED, PLAIN]},
    ),
    (
        "responses",
        {"include": ["reasoning.encrypted_content"], "input": [ASKED, {"type": "reasoning"}]},
        "The encrypted content gAAA could not be verified. invalid_encrypted_content",
        {"include": ["reasoning.encrypted_content"], "input": [ASKED]},
    ),
]


@pytest.mark.parametrize(("dialect", "body", "said", "expected"), REPLAY_REFUSED)
def test_refused_reasoning_of_earlier_turns_is_left_out_once(
    dialect: Any, body: dict[str, Any], said: str, expected: dict[str, Any]
) -> None:
    policy = ParameterPolicy(host="h", dialect=dialect)
    sent = dict(body)

    fix = policy.heal("m", sent, refusal(said))

    assert fix is not None
    assert not fix.lasting
    assert sent == expected
    assert SIGNED["content"][0] == {"type": "thinking"}
