"""HTTP errors, repeats and repairs: rows 84 to 95 and 123, and what the user is told."""

import json
from typing import Any

import pytest

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, LLMStreamChunk, StreamStatus
from desktop.llm.openai_client import OpenAIClient
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import JSON, Reply, WireServer
from tests.llm import messages_cases
from tests.llm.chat_syntax_cases import DONE, HALLO, STOP, event, events
from tests.llm.wire_case import check_contract, response_of

QUESTION = [LLMMessage(Role.USER, "Hello")]
GOOD = Reply(events(HALLO, STOP) + DONE)
QUICK = RetryPolicy(first_wait=0.01, longest_wait=0.02)
KEY = "secret-key-0123456789"


def failure(status: int, body: Any, **headers: str) -> Reply:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, str) else JSON
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(data, status, kind, named, framing="length")


async def exchange(
    *replies: Reply, retry: RetryPolicy = QUICK
) -> tuple[list[LLMStreamChunk], WireServer, list[StreamStatus]]:
    statuses: list[StreamStatus] = []
    async with WireServer(*replies) as server:
        client = OpenAIClient(KEY, "model-x", server.url, retry=retry, temperature=0.5)
        chunks = [chunk async for chunk in client.stream(QUESTION, on_status=statuses.append)]
        await client.aclose()
    check_contract(chunks)
    return chunks, server, statuses


def openai(message: str = "words", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


FAILURES = [
    (400, openai("too long", code="context_length_exceeded"), ErrorKind.CONTEXT_TOO_LONG),
    (400, openai("prompt is too long: 9 tokens > 8"), ErrorKind.CONTEXT_TOO_LONG),
    (400, openai("tokens to keep is greater than the context length"), ErrorKind.CONTEXT_TOO_LONG),
    (400, openai("The model has a context length of only 4096"), ErrorKind.CONTEXT_TOO_LONG),
    (
        422,
        {"error": "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 and 100"},
        ErrorKind.CONTEXT_TOO_LONG,
    ),
    (400, openai("Prompt exceeds max length", code="1261"), ErrorKind.CONTEXT_TOO_LONG),
    (400, openai("Unsupported value", code="unsupported_value"), ErrorKind.UNSUPPORTED_PARAMETER),
    (400, [openai("list of one", status="INVALID_ARGUMENT")], ErrorKind.BAD_REQUEST),
    (400, {"error": "a bare string"}, ErrorKind.BAD_REQUEST),
    (400, openai("Your credit balance is too low to access"), ErrorKind.QUOTA),
    (400, openai("blocked", code="content_filter"), ErrorKind.CONTENT_FILTER),
    (401, openai(code="invalid_api_key"), ErrorKind.AUTH),
    (401, "", ErrorKind.AUTH),
    (400, openai("API key not valid. Please pass a valid API key."), ErrorKind.AUTH),
    (404, openai("Not Found", type="not_found_error"), ErrorKind.ENDPOINT_NOT_FOUND),
    (404, openai("model: claude-x", type="not_found_error"), ErrorKind.MODEL_NOT_FOUND),
    (402, openai("Insufficient credits", code=402), ErrorKind.QUOTA),
    (403, openai("Country not supported"), ErrorKind.PERMISSION),
    (
        404,
        openai("The model `x` does not exist", code="model_not_found"),
        ErrorKind.MODEL_NOT_FOUND,
    ),
    (404, openai('model "x" not found, try pulling it first'), ErrorKind.MODEL_NOT_FOUND),
    (404, {"detail": "Not Found"}, ErrorKind.ENDPOINT_NOT_FOUND),
    (404, "<html><title>404 Not Found</title></html>", ErrorKind.ENDPOINT_NOT_FOUND),
    (405, {"detail": "Method Not Allowed"}, ErrorKind.ENDPOINT_NOT_FOUND),
    (407, "", ErrorKind.PROXY),
    (408, openai("Request timed out"), ErrorKind.TIMEOUT),
    (413, "<html><title>413 Too Large</title></html>", ErrorKind.REQUEST_TOO_LARGE),
    (422, {"detail": [{"loc": ["body", "x"], "msg": "field required"}]}, ErrorKind.BAD_REQUEST),
    (429, openai(code="insufficient_quota"), ErrorKind.QUOTA),
    (429, openai("spend", details={"error_code": "enforced_spend_limit_reached"}), ErrorKind.QUOTA),
    (429, openai("slow down"), ErrorKind.RATE_LIMIT),
    (500, openai("boom"), ErrorKind.SERVER),
    (502, "<html><title>502 Bad Gateway</title></html>", ErrorKind.SERVER),
    (503, openai("Loading model"), ErrorKind.OVERLOADED),
    (529, openai("Overloaded", type="overloaded_error"), ErrorKind.OVERLOADED),
]


@pytest.mark.parametrize(("status", "body", "kind"), FAILURES)
async def test_s08_every_status_has_its_kind(status: int, body: Any, kind: ErrorKind) -> None:
    headers = {"x_request_id": "req_7"}
    chunks, server, _ = await exchange(failure(status, body, **headers))

    error = chunks[-1].error
    assert error is not None
    assert (error.kind, error.status, error.request_id) == (kind, status, "req_7")
    assert (len(server.requests) > 1) is (kind in {"rate_limit", "overloaded", "server", "timeout"})
    assert len(server.requests) <= 3


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "a bare string"}, "a bare string"),
        ([openai("in a list")], "in a list"),
        ({"detail": [{"loc": ["body", "x"], "msg": "field required"}]}, "body.x: field required"),
        (openai("hm", metadata={"raw": "what upstream said"}), "what upstream said"),
        ("plain words", "plain words"),
        ("<html><title>Gateway\n sleeps</title>", "Gateway sleeps"),
    ],
)
async def test_the_providers_own_words_are_kept(body: Any, words: str) -> None:
    chunks, _, _ = await exchange(failure(418, body))

    error = chunks[-1].error
    assert error is not None
    assert words in error.detail


async def test_retry_after_is_obeyed_and_shown() -> None:
    busy = failure(429, openai(), retry_after_ms="120")
    chunks, server, statuses = await exchange(busy, GOOD)

    assert response_of(chunks).content == "Hal"
    assert len(server.requests) == 2
    assert [(s.state, s.seconds, s.attempt) for s in statuses] == [
        ("waiting", 0.0, 1),
        ("retrying", 0.12, 2),
        ("waiting", 0.0, 2),
    ]


@pytest.mark.parametrize("value", ["9999", "1e9", "Fri, 31 Dec 2038 23:59:59 GMT"])
async def test_s08_a_long_retry_after_is_told_instead(value: str) -> None:
    chunks, server, _ = await exchange(failure(429, openai(), retry_after=value))

    error = chunks[-1].error
    assert error is not None
    assert len(server.requests) == 1
    assert error.retry_after is not None
    assert error.retry_after > 60
    assert "in about" in error.cure


@pytest.mark.parametrize("value", ["0", "soon", "-5", "Thu, 01 Jan 1970 00:00:00 GMT", ""])
async def test_s08_odd_retry_after_does_no_harm(value: str) -> None:
    chunks, _, _ = await exchange(failure(429, openai(), retry_after=value), GOOD)

    assert response_of(chunks).content == "Hal"


async def test_an_error_of_the_server_and_then_one_answer() -> None:
    chunks, _, _ = await exchange(failure(500, ""), failure(502, ""), GOOD)

    assert response_of(chunks).content == "Hal"


async def test_three_tries_and_no_more() -> None:
    _, server, statuses = await exchange(failure(503, openai("busy")))

    assert len(server.requests) == 3
    assert [s.state for s in statuses].count("retrying") == 2


async def test_x_should_retry_false_is_obeyed() -> None:
    _, server, _ = await exchange(failure(500, "", x_should_retry="false"))

    assert len(server.requests) == 1


async def test_an_error_before_any_text_is_tried_again() -> None:
    first = Reply(messages_cases.OVERLOADED)
    async with WireServer(first, Reply(messages_cases.PLAIN)) as server:
        client = AnthropicClient(KEY, "claude-x", server.origin, retry=QUICK)
        response = await client.complete(QUESTION)
        await client.aclose()

    assert (response.content, len(server.requests)) == ("Hallo", 2)


async def test_a_status_written_as_text_is_read() -> None:
    limited = Reply(events({"error": {"message": "slow down", "code": "429"}}))
    chunks, _, _ = await exchange(limited)

    error = chunks[-1].error
    assert error is not None
    assert (error.kind, error.status) == (ErrorKind.RATE_LIMIT, 429)


async def test_an_error_after_text_is_not_tried_again() -> None:
    broken = Reply(event(HALLO) + events({"error": {"code": 503, "message": "gone"}}))
    chunks, server, _ = await exchange(broken, GOOD)

    assert chunks[-1].type == "error"
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_s09_a_redirect_is_not_followed(status: int) -> None:
    async with WireServer(GOOD) as canary:
        reply = failure(status, "", location=canary.url + "/chat/completions")
        chunks, _, _ = await exchange(reply)

    error = chunks[-1].error
    assert error is not None
    assert error.kind is ErrorKind.ENDPOINT_REDIRECT
    assert canary.requests == []


async def test_a_refused_parameter_is_healed_once_and_remembered() -> None:
    refusal = failure(400, openai("Unsupported parameter: 'temperature'", param="temperature"))
    async with WireServer(refusal, GOOD) as server:
        client = OpenAIClient(KEY, "model-x", server.url, temperature=0.5)
        first = await client.complete(QUESTION)
        second = await client.complete(QUESTION)
        await client.aclose()
    bodies = [json.loads(request.body) for request in server.requests]

    assert ["temperature" in body for body in bodies] == [True, False, False]
    assert (len(first.warnings), second.warnings) == (1, ())


async def test_a_parameter_refused_twice_is_an_error() -> None:
    refusal = failure(400, openai("Unsupported parameter: 'temperature'", param="temperature"))
    chunks, server, _ = await exchange(refusal)

    assert chunks[-1].error is not None
    assert len(server.requests) == 2


async def test_s14_a_proxy_that_wants_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    async with WireServer(failure(407, "")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        client = OpenAIClient(KEY, "m", "http://models.example/v1", retry=QUICK)
        with pytest.raises(LLMError) as caught:
            await client.complete(QUESTION)
        await client.aclose()

    assert caught.value.kind is ErrorKind.PROXY


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
async def test_s14_a_proxy_that_is_not_there(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    client = OpenAIClient(KEY, "m", "http://models.example/v1", retry=QUICK)
    with pytest.raises(LLMError) as caught:
        await client.complete(QUESTION)
    await client.aclose()

    assert caught.value.kind in {ErrorKind.PROXY, ErrorKind.REFUSED}


async def test_an_error_body_without_end_is_cut() -> None:
    endless = Reply([b"x" * 100_000] * 30, status=400)
    chunks, _, _ = await exchange(endless)

    error = chunks[-1].error
    assert error is not None
    assert error.kind is ErrorKind.BAD_REQUEST
    assert len(error.detail) < 1000


async def test_k12_keys_in_what_the_server_says_are_not_repeated() -> None:
    words = f"Incorrect API key provided: {KEY}. Also sk-proj-abcdefgh1234 and Bearer qwertyuiop."
    chunks, _, _ = await exchange(failure(401, openai(words)))

    error = chunks[-1].error
    assert error is not None
    shown = f"{error} {error!r} {error.detail} {error.code} {error.param}"
    assert not any(part in shown for part in (KEY, "abcdefgh1234", "qwertyuiop"))


@pytest.mark.parametrize("proxy", ["nonsense://127.0.0.1", "ftp://127.0.0.1:9"])
async def test_s14_a_proxy_that_is_no_address(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    client = OpenAIClient(KEY, "m", "http://models.example/v1", retry=QUICK)
    with pytest.raises(LLMError) as caught:
        await client.complete(QUESTION)

    assert caught.value.kind is ErrorKind.PROXY
