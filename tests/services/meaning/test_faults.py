"""A server that refuses, limits, breaks or is another one; nothing is lost and all is said."""

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest

from desktop.core.errors import LLMError
from desktop.core.passages import Scope
from desktop.presenters.index_words import index_view
from desktop.services.meaning.state import Phase
from tests.llm.scripted_server import Request, ScriptedServer, reply
from tests.services.meaning.home import Home

PATH = "/v1/embeddings"
DIMENSION = 16


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    async with scripted.listening() as port:
        scripted.url = f"http://127.0.0.1:{port}/v1"
        yield scripted


def vector_of(text: str, dimension: int = DIMENSION, shift: int = 0) -> list[float]:
    seed = sum(map(ord, text)) + shift
    return np.random.default_rng(seed).standard_normal(dimension).tolist()


def answering(**how: Any) -> Callable[[Request], bytes]:
    def answer(request: Request) -> bytes:
        texts = request.json["input"]
        data = [{"embedding": vector_of(text, **how), "index": i} for i, text in enumerate(texts)]
        return reply({"data": data})

    return answer


def broken(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Request], bytes]:
    def answer(request: Request) -> bytes:
        texts = request.json["input"]
        return reply({"data": change([{"embedding": vector_of(text)} for text in texts])})

    return answer


NAN = base64.b64encode(np.full(DIMENSION, np.nan, "<f4").tobytes()).decode()


@pytest.mark.parametrize(
    ("bad", "phase", "words"),
    [
        (
            reply({"error": {"message": "bad key"}}, 401),
            Phase.STOPPED,
            "did not accept the API key",
        ),
        (reply({"error": {"message": "no"}}, 403), Phase.STOPPED, "does not allow this request"),
        (
            reply({"error": {"message": "slow down"}}, 429, retry_after="120"),
            Phase.WAITING,
            "tried again in 2 min",
        ),
        (
            reply({"error": {"message": "slow down"}}, 429, retry_after="1000000000"),
            Phase.WAITING,
            "tried again in 24 h",
        ),
        (
            reply({"error": {"message": "Over quota", "code": "insufficient_quota"}}, 429),
            Phase.STOPPED,
            "no credit left",
        ),
        (reply({"error": {"message": "overloaded"}}, 503), Phase.WAITING, "tried again in 5 s"),
        (reply("<html>Log in</html>"), Phase.STOPPED, "a web page instead of an answer"),
        (broken(lambda data: data[:-1]), Phase.STOPPED, "no set of vectors"),
        (broken(lambda data: data + data[:1]), Phase.STOPPED, "no set of vectors"),
        (
            broken(lambda data: [{"embedding": NAN} for _ in data]),
            Phase.STOPPED,
            "no set of vectors",
        ),
        (broken(lambda data: [{"embedding": [1.0] * 7} for _ in data]), Phase.STOPPED, "7 numbers"),
        (
            broken(lambda data: [{"embedding": [0.0] * 16} for _ in data]),
            Phase.STOPPED,
            "but zeros",
        ),
    ],
    ids=[
        "refuses",
        "forbids",
        "limits",
        "limits for ever",
        "no credit",
        "overloaded",
        "login page",
        "fewer vectors",
        "more vectors",
        "not a number",
        "dimension",
        "zeros",
    ],
)
async def test_a_failure_is_told_and_what_was_done_stays(
    home: Home, server: ScriptedServer, bad: Any, phase: Phase, words: str
) -> None:
    home.indexing._embedding._size.texts = 2
    server.on(PATH, answering(), answering(), bad)
    await home.say("one fish", "two fish", "red fish", "blue fish")
    await home.set_up(server.url, "fish")
    await home.indexing.agree(history=True)
    async with home.running():
        state = await home.until(phase)
        view = index_view(state)
        assert words in f"{view.title} {view.detail}"
        assert view.is_problem
        assert state.done == 2
        server.on(PATH, answering())
        await home.indexing.retry()
        state = await home.until(Phase.READY)

    assert state.done == 4
    sent = [text for request in server.requests for text in request.json["input"]]
    assert sent.count("one fish") == 1


async def test_a_text_that_is_refused_does_not_stop_the_others(
    home: Home, server: ScriptedServer
) -> None:
    def answer(request: Request) -> bytes:
        if any("poison" in text for text in request.json["input"]):
            return reply({"error": {"message": "invalid input"}}, 400)
        return answering()(request)

    server.on(PATH, answer)
    await home.say("one", "poison", "two", "three")
    await home.set_up(server.url, "fish")
    await home.indexing.agree(history=True)
    async with home.running():
        state = await home.until(Phase.READY)

    assert (state.done, state.skipped) == (3, 1)


async def test_another_model_behind_the_same_name_is_noticed(
    home: Home, server: ScriptedServer
) -> None:
    server.on(PATH, answering())
    await home.say("one fish", "two fish")
    await home.set_up(server.url, "fish")
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)
        server.on(PATH, answering(shift=5))
        await home.say("red fish")
        home.indexing.notice()
        state = await home.until(Phase.MODEL_CHANGED)
        assert state.left.passages == 3
        assert state.replaced
        assert "Another model answers" in await home.search.unavailable()
        with pytest.raises(LLMError, match="Another model answers"):
            await home.search.search("red fish", Scope(), 1)

        server.on(PATH, answering())
        await home.indexing.retry()
        await home.until_true(lambda s: s.phase is Phase.READY and s.done == 3)
        assert await home.search.unavailable() == "", "the former model is back"

        server.on(PATH, answering(shift=5))
        await home.say("blue fish")
        home.indexing.notice()
        state = await home.until(Phase.MODEL_CHANGED)
        await home.indexing.agree(history=True)
        await home.until_true(lambda s: s.phase is Phase.READY and s.done == 4)

    models = await home.embeddings.models()
    assert [model.is_active for model in models] == [True]
    assert (await home.search.search("red fish", Scope(), 1))[0].passage.text == "red fish"


async def test_the_old_index_serves_until_the_new_one_is_complete(
    home: Home, server: ScriptedServer
) -> None:
    asked: list[tuple[str, str]] = []

    def answer(request: Request) -> bytes:
        model = request.json["model"]
        asked.extend((model, text) for text in request.json["input"])
        if model == "whale" and len([each for each in asked if each[0] == "whale"]) > 40:
            return reply({"error": {"message": "slow down"}}, 429, retry_after="120")
        return answering(dimension=24 if model == "whale" else DIMENSION)(request)

    server.on(PATH, answer)
    await home.say(*(f"message number {number}" for number in range(60)))
    await home.set_up(server.url, "fish")
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until_true(lambda s: s.phase is Phase.READY and s.done == 60)
        await home.set_up(server.url, "whale")
        home.indexing.notice()
        offer = await home.until(Phase.MODEL_CHANGED)
        assert (offer.left.passages, offer.serving, offer.replaced) == (60, "fish", False)

        home.indexing._embedding._size.texts = 8
        await home.indexing.agree(history=True)
        state = await home.until(Phase.WAITING)
        assert 0 < state.done < 60
        before = len(asked)
        assert await found(home) == "message number 7"
        assert {model for model, _ in asked[before:]} == {"fish"}, "the model of the index"

        server.on(PATH, answering(dimension=24))
        await home.indexing.retry()
        await home.until_true(lambda s: s.phase is Phase.READY and s.done == 60)
        assert await found(home) == "message number 7"

    assert [model.name for model in await home.embeddings.models()] == ["whale"]
    assert asked.count(("fish", "message number 8")) == 1


async def found(home: Home) -> str:
    hits = await home.search.search("message number 7", Scope(), 1)
    return hits[0].passage.text
