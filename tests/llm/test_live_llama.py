"""Both clients against a real llama.cpp server with a real model."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import numpy as np
import pytest

from desktop.core.content import FinishReason, Role, ToolCall
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.anthropic_client import AnthropicClient
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.client import StreamingClient
from desktop.llm.embeddings import OpenAIEmbeddings
from desktop.llm.openai_client import OpenAIClient
from desktop.local.server import LocalConnection
from tests.llm.wire_case import check_contract, response_of

Provider = Callable[..., StreamingClient]

QUESTION = [LLMMessage(Role.SYSTEM, "Be brief."), LLMMessage(Role.USER, "Say hello.")]
TOOL = ToolDefinition(
    "get_weather",
    "Tells the weather of a city.",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


def chat(server: LocalConnection, key: str | None = None) -> StreamingClient:
    return OpenAIClient(key or server.api_key, server.model, server.endpoint, max_tokens=24)


def messages(server: LocalConnection, key: str | None = None) -> StreamingClient:
    return AnthropicClient(key or server.api_key, server.model, server.endpoint, max_tokens=24)


def responses(server: LocalConnection) -> StreamingClient:
    return OpenAIClient(
        server.api_key, server.model, server.endpoint, api="responses", max_tokens=24
    )


both = pytest.mark.parametrize("provider", [chat, messages])


@pytest.mark.parametrize("provider", [chat, messages, responses])
async def test_an_answer_is_streamed(provider: Provider, llama_server: LocalConnection) -> None:
    client = provider(llama_server)
    chunks = [chunk async for chunk in client.stream(QUESTION)]
    await client.aclose()

    check_contract(chunks)
    response = response_of(chunks)
    assert response.content.strip()
    assert response.finish_reason in {FinishReason.STOP, FinishReason.LENGTH}
    assert response.usage is not None
    assert response.usage.output_tokens == 24
    # Where the first token is a part of a character, llama.cpp leaves out its message_start.
    assert response.usage.input_tokens or not response.content[0].isascii()


@both
async def test_a_conversation_with_tools_is_taken(
    provider: Provider, llama_server: LocalConnection
) -> None:
    turns = [
        LLMMessage(Role.USER, "What is the weather in Bonn?"),
        LLMMessage(
            Role.ASSISTANT, "", tool_calls=(ToolCall("call_1", "get_weather", {"city": "Bonn"}),)
        ),
        LLMMessage(Role.TOOL, "Sunny, 21 degrees.", tool_call_id="call_1"),
    ]
    client = provider(llama_server)
    response = await client.complete(turns, [TOOL])
    await client.aclose()

    assert response.content.strip() or response.tool_calls


@both
async def test_a_wrong_key_is_told(provider: Provider, llama_server: LocalConnection) -> None:
    client = provider(llama_server, "wrong-key-1234")
    with pytest.raises(LLMError) as caught:
        await client.test()
    await client.aclose()

    assert caught.value.kind is ErrorKind.AUTH


@both
async def test_too_long_a_conversation_is_told(
    provider: Provider, llama_server: LocalConnection
) -> None:
    client = provider(llama_server)
    with pytest.raises(LLMError) as caught:
        await client.complete([LLMMessage(Role.USER, "word " * 60_000)])
    await client.aclose()

    assert caught.value.kind is ErrorKind.CONTEXT_TOO_LONG


@both
async def test_stopping_frees_the_server(provider: Provider, llama_server: LocalConnection) -> None:
    client = provider(llama_server)
    story = [LLMMessage(Role.USER, "Tell a long story.")]
    async with aclosing(client.stream(story, max_tokens=2000)) as chunks:
        async for _ in chunks:
            break
    async with asyncio.timeout(60):
        response = await client.complete(QUESTION)
    await client.aclose()

    assert response.content.strip()


async def test_the_models_are_listed(llama_server: LocalConnection) -> None:
    client = chat(llama_server)
    models = await client.list_models()
    await client.aclose()

    assert llama_server.model in [model.id for model in models]


async def test_texts_become_vectors(llama_server: LocalConnection) -> None:
    client = OpenAIEmbeddings(llama_server.api_key, llama_server.model, llama_server.endpoint)
    vectors = await client.embed(["The cat sleeps.", "Interest rates rose."])
    await client.aclose()

    assert vectors.shape == (2, 576)
    assert np.isfinite(vectors).all()
    assert not np.allclose(vectors[0], vectors[1])
    assert client.usage.input_tokens
