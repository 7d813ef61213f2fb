"""Parameters as they really leave, over a client and a server that refuses some."""

import json
from dataclasses import replace
from typing import Any

import pytest

from desktop.llm import (
    AnthropicClient,
    CompletionsConfig,
    LLMMessage,
    LLMProvider,
    LLMStreamChunk,
    OpenAIClient,
    PolicyMemory,
    Role,
    ToolDefinition,
    get_llm_client,
)
from desktop.llm.base import BaseLLMClient
from tests.llm.scripted_server import Request, ScriptedServer, reply

CHAT = "/v1/chat/completions"
MESSAGE = {"content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"}
QUESTION = [LLMMessage(Role.USER, "Hello")]


def answer() -> bytes:
    choice = {"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}
    event = json.dumps({"id": "c", "choices": [choice]})
    return reply(f"data: {event}\n\ndata: [DONE]\n\n", content_type="text/event-stream")


def refusing(field: str, message: str, status: int = 400) -> Any:
    def respond(request: Request) -> bytes:
        if field in request.json:
            return reply({"error": {"message": message, "param": field}}, status)
        return answer()

    return respond


async def asked(client: BaseLLMClient) -> LLMStreamChunk:
    """Ask and return the chunk that ended the answer."""
    return [chunk async for chunk in client.stream(QUESTION)][-1]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("temperature", "Unsupported value: 'temperature' does not support 0.7 with this model."),
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        ("stream_options", "Extra inputs are not permitted"),
    ],
)
async def test_a_refused_parameter_is_left_out_told_and_remembered(
    scripted_server: ScriptedServer, field: str, message: str
) -> None:
    scripted_server.on(CHAT, refusing(field, message))
    client = OpenAIClient("", "m", scripted_server.url, max_tokens=50, temperature=0.7)

    first = await asked(client)
    second = await asked(client)
    await client.aclose()

    assert (first.type, second.type) == ("done", "done")
    assert len(first.warnings) == 1
    assert second.warnings == ()
    bodies = [request.json for request in scripted_server.requests]
    assert [field in body for body in bodies] == [True, False, False]


async def test_several_refused_parameters_are_left_out_one_by_one(
    scripted_server: ScriptedServer,
) -> None:
    def strict(request: Request) -> bytes:
        for name in ("max_tokens", "temperature", "stream_options"):
            if name in request.json:
                return reply({"error": {"message": f"Unsupported parameter: '{name}'."}}, 400)
        return answer()

    scripted_server.on(CHAT, strict)
    client = OpenAIClient("", "m", scripted_server.url, max_tokens=50, temperature=0.7)

    first, second = await asked(client), await asked(client)
    await client.aclose()

    assert (first.type, second.type) == ("done", "done")
    assert len(first.warnings) == 3
    assert second.warnings == ()
    assert len(scripted_server.requests) == 5
    assert scripted_server.requests[-1].json["max_completion_tokens"] == 50


async def test_what_one_client_learned_spares_the_next_one_the_refusal(
    scripted_server: ScriptedServer,
) -> None:
    scripted_server.on(CHAT, refusing("temperature", "temperature is not supported"))
    config = CompletionsConfig(
        LLMProvider.OPENAI_COMPATIBLE, "", "m", scripted_server.url, temperature=0.7
    )
    memory = PolicyMemory()

    last: list[LLMStreamChunk] = []
    for model in ("m", "m", "other"):
        client = get_llm_client(replace(config, model=model), memory=memory)
        last.append(await asked(client))
        await client.aclose()

    assert [chunk.type for chunk in last] == ["done"] * 3
    assert [len(chunk.warnings) for chunk in last] == [1, 0, 1]
    bodies = [request.json for request in scripted_server.requests]
    assert ["temperature" in body for body in bodies] == [True, False, False, True, False]


async def test_a_server_that_refuses_without_end_is_not_asked_without_end(
    scripted_server: ScriptedServer,
) -> None:
    words = "Bad: temperature, top_p, max_tokens, stream_options, tool_choice, reasoning_effort."
    scripted_server.on(CHAT, reply({"error": {"message": words}}, 400))
    client = OpenAIClient(
        "", "m", scripted_server.url, max_tokens=9, temperature=0.7, reasoning_effort="low"
    )

    last = await asked(client)
    await client.aclose()

    assert last.type == "error"
    assert len(scripted_server.requests) <= 5


async def test_a_parameter_that_is_refused_again_is_an_error(
    scripted_server: ScriptedServer,
) -> None:
    scripted_server.on(CHAT, reply({"error": {"message": "temperature is odd"}}, 400))
    client = OpenAIClient("", "m", scripted_server.url, temperature=0.7)

    last = await asked(client)
    await client.aclose()

    assert last.type == "error"
    assert len(scripted_server.requests) == 2


async def test_what_is_not_set_is_not_sent(scripted_server: ScriptedServer) -> None:
    scripted_server.on(CHAT, answer())
    client = OpenAIClient("", "m", scripted_server.url)

    await asked(client)
    await client.aclose()

    body = scripted_server.requests[0].json
    assert body.keys() & {"temperature", "max_tokens", "tools", "tool_choice"} == set()


async def test_a_query_in_the_address_goes_with_every_request(
    scripted_server: ScriptedServer,
) -> None:
    scripted_server.on(f"{CHAT}?tenant=7", answer())
    scripted_server.on("/v1/models?tenant=7", reply({"data": [{"id": "m"}]}))
    client = OpenAIClient("", "m", f"{scripted_server.url}?tenant=7")

    last = await asked(client)
    models = await client.list_models()
    await client.aclose()

    assert last.type == "done"
    assert [model.id for model in models] == ["m"]


async def test_a_query_goes_with_anthropics_requests_too(scripted_server: ScriptedServer) -> None:
    client = AnthropicClient("", "m", f"{scripted_server.url}?tenant=7")

    await asked(client)
    await client.aclose()

    assert scripted_server.requests[0].path == "/v1/messages?tenant=7"


@pytest.mark.parametrize(
    ("provider", "choice", "sent", "warned"),
    [
        ("openai", "required", "required", False),
        ("openai", "look", {"type": "function", "function": {"name": "look"}}, False),
        ("anthropic", "look", {"type": "auto"}, True),
        ("anthropic", "none", {"type": "none"}, False),
    ],
)
async def test_the_choice_of_a_tool_is_sent(
    provider: str, choice: str, sent: object, warned: bool, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(CHAT, answer())
    scripted_server.on("/v1/messages", reply(MESSAGE))
    made = OpenAIClient if provider == "openai" else AnthropicClient
    client = made("", "claude-opus-5-5", scripted_server.url)

    stream = client.stream(QUESTION, [ToolDefinition("look")], tool_choice=choice)
    last = [chunk async for chunk in stream][-1]
    await client.aclose()

    assert last.type == "done"
    assert scripted_server.requests[0].json["tool_choice"] == sent
    assert any("use a tool" in warning for warning in last.warnings) is warned
