"""A model is asked once how it measures; where that fails, it is searched without."""

from collections.abc import AsyncIterator

import pytest

from desktop.core.passages import Scope
from desktop.services.meaning.relevance import PAIRS, Scale
from desktop.services.meaning.search import MeaningSearch
from desktop.services.meaning.state import Phase
from tests.llm.scripted_server import Request, ScriptedServer, reply
from tests.services.meaning.home import Home
from tests.services.meaning.test_faults import PATH, answering

TEXTS = [f"Text {number}" for number in range(8)]


def measures(request: Request) -> bool:
    return request.path == PATH and PAIRS[0][0] in request.json["input"]


def refusing_to_measure(request: Request) -> bytes:
    if measures(request):
        return reply({"error": {"message": "one text a request"}}, 403)
    return answering()(request)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    async with scripted.listening() as port:
        scripted.url = f"http://127.0.0.1:{port}/v1"
        yield scripted


async def test_it_is_asked_once_and_a_failure_costs_no_search(
    home: Home, server: ScriptedServer
) -> None:
    await home.say(*TEXTS)
    server.on(PATH, refusing_to_measure)
    await home.set_up(server.url)
    await home.indexing.agree(history=True)
    async with home.running():
        await home.until(Phase.READY)
    without = await home.search.search(TEXTS[0], Scope(), 8)
    server.on(PATH, answering())
    measured = [await home.search.search(text, Scope(), 8) for text in TEXTS[:2]]
    later = MeaningSearch(home.folder, home.passages, home.embeddings, home.embedders)
    again = await later.search(TEXTS[0], Scope(), 8)

    assert len(without) == 8
    assert without[0].passage.text == TEXTS[0]
    assert len(measured[0]) < 8
    assert measured[0][0].passage.text == TEXTS[0]
    assert [hit.passage.id for hit in again] == [hit.passage.id for hit in measured[0]]
    assert sum(map(measures, server.requests)) == 2, "once in vain, once for good"


def test_what_was_kept_and_is_no_measure_is_measured_anew() -> None:
    assert Scale.from_fields(None) is None
    assert Scale.from_fields({"question": "x", "answer": [], "spread": 1, "alike": 1}) is None
    assert Scale.from_fields({"question": [1.0], "answer": [0.5]}) is None
