"""What an embeddings request tells beside its texts, and servers that know none of it."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from desktop.core.passages import Purpose
from desktop.llm import OpenAIEmbeddings
from desktop.llm.retry import RetryPolicy
from tests.llm.scripted_server import Request, ScriptedServer, reply
from tests.llm.test_embeddings import KEY, PATH, by_length, entry


@pytest_asyncio.fixture
async def embeddings(scripted_server: ScriptedServer) -> AsyncGenerator[OpenAIEmbeddings]:
    client = OpenAIEmbeddings(KEY, "embed", scripted_server.url, retry=RetryPolicy(first_wait=0.01))
    yield client
    await client.aclose()


async def test_a_server_that_knows_no_base64_is_asked_for_numbers(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    def answer(request: Request) -> bytes:
        if "encoding_format" in request.json:
            return reply({"error": {"message": "encoding_format: unsupported"}}, 400)
        return reply({"data": [entry([1.0])]})

    scripted_server.on(PATH, answer)

    await embeddings.embed(["a"])
    await embeddings.embed(["a"])

    assert len(scripted_server.requests) == 3, "the refusal was forgotten"


async def test_questions_and_texts_are_told_apart_where_the_server_may_know_how(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, by_length)

    await embeddings.embed(["a"], purpose=Purpose.QUERY)
    await embeddings.embed(["a"])

    kinds = [request.json["input_type"] for request in scripted_server.requests]
    assert kinds == ["query", "document"]
    assert "input_type" in OpenAIEmbeddings(KEY, "text-embedding-3-small")._refused


async def test_a_server_that_knows_no_purposes_is_told_none(
    scripted_server: ScriptedServer,
) -> None:
    def answer(request: Request) -> bytes:
        if "input_type" in request.json:
            return reply({"error": {"message": "Unrecognized argument: input_type"}}, 400)
        return reply({"data": [entry([1.0])]})

    scripted_server.on(PATH, answer)

    refused = set[str]()
    for _ in range(2):
        client = OpenAIEmbeddings(KEY, "embed", scripted_server.url, refused=refused)
        await client.embed(["a"], purpose=Purpose.QUERY)
        await client.aclose()

    assert len(scripted_server.requests) == 3, "the refusal was forgotten"
