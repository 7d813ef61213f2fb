"""From settings to an answer through the real window, against a real llama.cpp server."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox

from desktop.local.server import LocalConnection
from tests.end_to_end.conftest import RunningApp, until

pytestmark = pytest.mark.qt_loop

DESIGNED_KEYS = {"provider", "api_key_encrypted", "model", "endpoint", "max_tokens", "temperature"}


def stored_config(home: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(home / "parley.db")) as connection:
        (row,) = connection.execute(
            "SELECT value_json FROM system_config "
            "WHERE category = 'llm' AND key = 'completions_config'"
        ).fetchall()
    return json.loads(row[0])


def files_with(home: Path, secret: str) -> list[Path]:
    return [p for p in home.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]


async def test_openai_compatible_from_settings_to_a_stored_answer(
    app: RunningApp, llama_server: LocalConnection
) -> None:
    await app.start()
    await app.open_settings()
    app.choose_provider("OpenAI Compatible")
    app.type("endpointEdit", llama_server.endpoint)
    app.type("apiKeyEdit", llama_server.api_key)
    await until(lambda: app.find(QComboBox, "modelCombo").count() > 0)
    app.type("modelCombo", llama_server.model)
    app.limit_answers()
    await app.save_settings()

    await app.ask("Say hello.")
    shown = await app.answer()

    answer = shown.partition("Say hello.")[2]
    assert len(answer.strip()) > len(llama_server.model)
    config = stored_config(app.home)
    assert set(config) >= DESIGNED_KEYS
    assert config["provider"] == "openai_compatible"
    assert config["api_key_encrypted"].startswith("gAAA")
    assert config["endpoint"] == llama_server.endpoint
    assert files_with(app.home, llama_server.api_key) == []


async def test_what_was_said_is_there_after_a_restart(
    app: RunningApp, llama_server: LocalConnection
) -> None:
    await configure(app, "OpenAI Compatible", "endpointEdit", llama_server.endpoint, llama_server)
    await app.ask("Say hello.")
    before = await app.answer()
    await app.close()

    await app.start()
    sidebar = app.window.sidebar
    model = sidebar.list.conversations
    indexes = [model.index(row, 0) for row in range(model.rowCount())]
    (summary,) = [s for index in indexes if (s := model.summary(index)) is not None]
    sidebar.list.setCurrentIndex(model.index_of(summary.id))
    sidebar.conversation_selected.emit(summary.id)
    await until(lambda: "Say hello." in app.shown)

    assert summary.title == "Say hello."
    assert app.shown == before
    assert files_with(app.home, llama_server.api_key) == []


async def test_anthropic_wire_format(app: RunningApp, llama_server: LocalConnection) -> None:
    gateway = llama_server.endpoint.removesuffix("/v1")
    await configure(app, "Anthropic", "gatewayEdit", gateway, llama_server)

    await app.ask("Say hello.")
    answer = (await app.answer()).partition("Say hello.")[2]

    assert len(answer.strip()) > len(llama_server.model)
    config = stored_config(app.home)
    assert config["provider"] == "anthropic"
    assert config["api_key_encrypted"].startswith("gAAA")


async def test_stop_keeps_the_text_and_the_next_question_works(
    app: RunningApp, llama_server: LocalConnection
) -> None:
    await configure(
        app, "OpenAI Compatible", "endpointEdit", llama_server.endpoint, llama_server, tokens=500
    )
    question = "Write a very long story about a lighthouse, at least two thousand words."
    await app.ask(question)
    header = len(llama_server.model) + 40
    await until(lambda: len(app.shown) > len(question) + header)

    app.click("stopButton")
    await until(lambda: not app.window.chat.is_busy)

    text = app.shown
    assert "Stopped" in text
    await app.ask("Say hello.")
    await app.answer()
    assert text.partition("Stopped")[0] in app.shown


async def configure(
    app: RunningApp,
    provider: str,
    field: str,
    address: str,
    server: LocalConnection,
    *,
    tokens: int = 48,
) -> None:
    """Set a connection up in the settings window, as a user does."""
    await app.start()
    await app.open_settings()
    app.choose_provider(provider)
    app.unfold()
    app.type(field, address)
    app.type("apiKeyEdit", server.api_key)
    app.type("modelCombo", server.model)
    app.limit_answers(tokens)
    await app.save_settings()
