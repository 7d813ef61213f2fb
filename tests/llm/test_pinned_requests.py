"""What leaves this computer, and to whom: rows 85, 93, 119 to 122 and 132 to 134."""

import json
import logging
from collections.abc import Callable

import httpx2
import pytest

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.client import StreamingClient
from desktop.llm.http import Pinned
from desktop.llm.openai_client import OpenAIClient
from tests.faults.wire_server import JSON, Reply, Request, WireServer
from tests.llm import messages_cases
from tests.llm.chat_syntax_cases import PLAIN
from tests.llm.responses_cases import end, message

QUESTION = [LLMMessage(Role.USER, "Hello")]
Provider = Callable[..., StreamingClient]
KEY = "secret-key-0123456789"
HOSTILE = {
    "OPENAI_API_KEY": "env-key-1111",
    "OPENAI_ADMIN_KEY": "env-key-2222",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "OPENAI_ORG_ID": "env-org",
    "OPENAI_PROJECT_ID": "env-project",
    "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer env-key-3333\nX-Evil: env\nHost: evil.example",
    "ANTHROPIC_API_KEY": "env-key-4444",
    "ANTHROPIC_AUTH_TOKEN": "env-key-5555",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "ANTHROPIC_CUSTOM_HEADERS": "Authorization: Bearer env-6666\nanthropic-beta: env\nanthropic-version: env",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "socks5://127.0.0.1:9",
}


def openai(server: WireServer, key: str | None = KEY) -> StreamingClient:
    return OpenAIClient(key, "model-x", server.url)


def anthropic(server: WireServer, key: str | None = KEY) -> StreamingClient:
    return AnthropicClient(key, "claude-x", server.origin)


async def sent(client: StreamingClient, server: WireServer) -> Request:
    await client.complete(QUESTION)
    await client.aclose()
    return server.requests[-1]


@pytest.mark.parametrize("provider", [openai, anthropic])
async def test_the_environment_is_not_obeyed(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    body = PLAIN if provider is openai else messages_cases.PLAIN
    async with WireServer(Reply(body)) as server:
        request = await sent(provider(server), server)
        port = server.port

    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["host"] == f"127.0.0.1:{port}"
    assert "env" not in " ".join(request.headers.values())
    assert set(request.headers) <= {
        "accept",
        "accept-encoding",
        "anthropic-version",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-api-key",
        "x-stainless-raw-response",
    }


@pytest.mark.parametrize("key", [None, "", "  "])
@pytest.mark.parametrize("provider", [openai, anthropic])
async def test_without_a_key_none_is_sent(
    provider: Provider, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "env-key-1111")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "env-key-4444")
    body = PLAIN if provider is openai else messages_cases.PLAIN
    async with WireServer(Reply(body)) as server:
        request = await sent(provider(server, key), server)

    assert not {"authorization", "x-api-key"} & set(request.headers)


@pytest.mark.parametrize(
    "key", ["sk-a\nb1234", "sk-\u201cabc\u201d1", "sk-ключ-1234", "sk-a b", "k\0key"]
)
@pytest.mark.parametrize("provider", [openai, anthropic])
async def test_k13_an_impossible_key_is_refused_before_it_is_sent(
    provider: Provider, key: str
) -> None:
    async with WireServer(Reply(PLAIN)) as server:
        client = provider(server, key)
        chunks = [chunk async for chunk in client.stream(QUESTION)]

    error = chunks[-1].error
    assert error is not None
    assert (error.kind, server.requests) == (ErrorKind.AUTH, [])
    assert key not in f"{error} {error!r} {error.detail}"


async def test_another_origin_is_refused() -> None:
    pinned = Pinned("https://api.example/v1", {"authorization": f"Bearer {KEY}"})
    with pytest.raises(LLMError) as caught:
        await pinned.on_request(httpx2.Request("POST", "https://evil.example/v1/x"))

    assert caught.value.kind is ErrorKind.ENDPOINT_REDIRECT
    assert KEY not in repr(pinned)


def test_k12_no_repr_shows_the_key() -> None:
    client = OpenAIClient(KEY, "m", "http://127.0.0.1:9/v1")

    assert (
        KEY
        not in f"{client!r} {client._service!r} {client._dialect.peer!r} {vars(client)['_service']}"
    )


@pytest.mark.parametrize("variable", ["OPENAI_LOG", "ANTHROPIC_LOG"])
async def test_k12_nothing_said_is_logged(
    variable: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "debug")
    caplog.set_level(logging.DEBUG)
    async with WireServer(Reply(PLAIN)) as server:
        await sent(openai(server), server)
    async with WireServer(Reply(messages_cases.PLAIN)) as server:
        await sent(anthropic(server), server)

    assert KEY not in caplog.text
    assert "Hello" not in caplog.text
    assert "Hallo" not in caplog.text


async def test_a_compatible_server_gets_chat_completions_with_max_tokens() -> None:
    async with WireServer(Reply(PLAIN)) as server:
        client = OpenAIClient(KEY, "model-x", server.url, max_tokens=99)
        request = await sent(client, server)

    body = json.loads(request.body)
    assert request.path == "/v1/chat/completions"
    assert (body["max_tokens"], body["stream"]) == (99, True)
    assert "tools" not in body


async def test_responses_store_nothing() -> None:
    async with WireServer(Reply(end("completed", message("Hi")))) as server:
        client = OpenAIClient(KEY, "gpt-6", server.url, api="responses", temperature=0.5)
        await client.complete(QUESTION, [ToolDefinition("f")])
        await client.aclose()

    body = json.loads(server.requests[0].body)
    assert server.requests[0].path == "/v1/responses"
    assert body["store"] is False


@pytest.mark.parametrize(
    ("endpoint", "api", "dialect"),
    [
        (None, "auto", "responses"),
        ("https://api.openai.com/v1", "auto", "responses"),
        ("https://res.openai.azure.com/openai/v1", "auto", "responses"),
        ("https://api.groq.com/openai/v1", "auto", "chat"),
        ("https://api.groq.com/openai/v1", "responses", "responses"),
        (None, "chat", "chat"),
    ],
)
def test_which_api_is_used(endpoint: str | None, api: str, dialect: str) -> None:
    client = OpenAIClient(KEY, "gpt-6", endpoint, api=api)  # pyright: ignore[reportArgumentType]

    assert client._dialect.name == dialect


async def test_anthropic_never_sends_a_temperature() -> None:
    async with WireServer(Reply(messages_cases.PLAIN)) as server:
        client = AnthropicClient(KEY, "claude-opus-5-5", server.origin, temperature=0.7)
        response = await client.complete(QUESTION)
        await client.aclose()

    body = json.loads(server.requests[0].body)
    assert server.requests[0].path == "/v1/messages"
    assert "temperature" not in body
    assert body["max_tokens"] > 0
    assert any("temperature" in warning for warning in response.warnings)


async def test_a_paused_turn_goes_on() -> None:
    paused = messages_cases.OPEN + messages_cases.text("Hal") + messages_cases.stop("pause_turn")
    rest = messages_cases.start("msg_2") + messages_cases.block(0, "text", text="")
    rest += messages_cases.text("lo") + messages_cases.stop() + messages_cases.STOP
    async with WireServer(Reply(paused + messages_cases.STOP), Reply(rest)) as server:
        client = anthropic(server)
        response = await client.complete(QUESTION)
        await client.aclose()

    turns = json.loads(server.requests[1].body)["messages"]
    assert (response.content, response.raw_finish_reason) == ("Hallo", "end_turn")
    assert turns[-1] == {"role": "assistant", "content": [{"type": "text", "text": "Hal"}]}
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.output_tokens) == (14, 4)


async def test_a_server_that_pauses_for_ever_is_left() -> None:
    replies = [
        Reply(
            messages_cases.start(f"msg_{n}")
            + messages_cases.stop("pause_turn")
            + messages_cases.STOP
        )
        for n in range(9)
    ]
    async with WireServer(*replies) as server:
        response = await anthropic(server).complete(QUESTION)

    assert len(server.requests) == 6
    assert response.finish_reason == "interrupted"


async def test_a_server_that_repeats_a_paused_answer_is_not_read_twice() -> None:
    paused = messages_cases.OPEN + messages_cases.text("Hal") + messages_cases.stop("pause_turn")
    async with WireServer(Reply(paused + messages_cases.STOP)) as server:
        client = anthropic(server)
        response = await client.complete(QUESTION)
        await client.aclose()

    assert (response.content, response.raw_finish_reason) == ("Hal", "pause_turn")


async def test_models_of_anthropic_come_from_all_pages() -> None:
    pages = [
        {
            "data": [{"id": "claude-a", "display_name": "A"}],
            "has_more": True,
            "last_id": "claude-a",
        },
        {
            "data": [{"id": "claude-b", "display_name": "B"}],
            "has_more": False,
            "last_id": "claude-b",
        },
    ]
    replies = [Reply(json.dumps(page).encode(), 200, JSON) for page in pages]
    async with WireServer(*replies) as server:
        client = anthropic(server)
        models = await client.list_models()
        await client.aclose()

    assert [model.id for model in models] == ["claude-a", "claude-b"]
    assert "after_id=claude-a" in server.requests[1].path


@pytest.mark.parametrize("body", [b'{"data": null}', b"[]", b'{"models": []}'])
async def test_an_empty_list_of_models_is_no_error(body: bytes) -> None:
    async with WireServer(Reply(body, 200, JSON)) as server:
        client = openai(server)

        assert await client.list_models() == []
        await client.aclose()


async def test_a_compatible_server_without_a_list_has_none() -> None:
    async with WireServer(Reply(b'{"detail": "Not Found"}', 404, JSON)) as server:
        client = openai(server)

        assert await client.list_models() == []
        await client.aclose()


async def test_a_server_like_anthropics_without_a_list_has_none() -> None:
    async with WireServer(Reply(b'{"detail": "Not Found"}', 404, JSON)) as server:
        client = anthropic(server)

        assert await client.list_models() == []
        await client.aclose()


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"message": "no key", "code": "invalid_api_key"}}',
        b'{"object": "error", "message": "no key", "code": "invalid_api_key"}',
    ],
)
async def test_an_error_instead_of_a_list_is_an_error(body: bytes) -> None:
    async with WireServer(Reply(body, 200, JSON)) as server:
        client = openai(server)
        with pytest.raises(LLMError) as caught:
            await client.list_models()
        await client.aclose()

    assert caught.value.kind is ErrorKind.AUTH


async def test_a_page_instead_of_a_list_is_an_error() -> None:
    async with WireServer(
        Reply(b"<html><title>Sign in</title></html>", 200, "text/html")
    ) as server:
        client = openai(server)
        with pytest.raises(LLMError) as caught:
            await client.list_models()
        await client.aclose()

    assert caught.value.kind is ErrorKind.BAD_RESPONSE
    assert "web page" in caught.value.message


async def test_the_test_asks_for_one_tiny_answer() -> None:
    async with WireServer(Reply(PLAIN)) as server:
        client = openai(server)
        response = await client.test()
        await client.aclose()

    assert response.content == "Hallo"
    assert json.loads(server.requests[0].body)["max_tokens"] <= 64


async def test_an_empty_message_is_refused_here() -> None:
    async with WireServer(Reply(PLAIN)) as server:
        chunks = [chunk async for chunk in openai(server).stream([LLMMessage(Role.USER, "  ")])]

    assert chunks[-1].error is not None
    assert chunks[-1].error.kind is ErrorKind.BAD_REQUEST
    assert server.requests == []
