"""What fails is told in the conversation: the cause, what to do, and Retry."""

import pytest
from PySide6.QtWidgets import QComboBox

from desktop.local.server import LocalConnection
from tests.end_to_end.conftest import RunningApp, until
from tests.faults.wire_server import Reply, WireServer

pytestmark = pytest.mark.qt_loop

BUSY = Reply(
    body=b'{"error": {"message": "The model is busy."}}',
    status=503,
    content_type="application/json",
    headers={"Retry-After": "2"},
)


async def configured(app: RunningApp, endpoint: str, *, key: str = "", model: str = "m") -> None:
    await app.start()
    await app.open_settings()
    app.choose_provider("OpenAI Compatible")
    app.type("endpointEdit", endpoint)
    if key:
        app.type("apiKeyEdit", key)
    app.type("modelCombo", model)
    await app.save_settings()


async def test_a_server_that_is_not_there_and_then_is(
    app: RunningApp, llama_server: LocalConnection
) -> None:
    await configured(app, "http://127.0.0.1:9/v1")
    await app.ask("Say hello.")
    shown = await app.answer()
    assert "No server is running at 127.0.0.1:9" in shown
    assert "Start it" in shown

    await app.open_settings()
    app.type("endpointEdit", llama_server.endpoint)
    app.type("apiKeyEdit", llama_server.api_key)
    await until(lambda: app.find(QComboBox, "modelCombo").count() > 0)
    app.type("modelCombo", llama_server.model)
    app.limit_answers()
    await app.save_settings()
    app.window.commands.regenerate.trigger()
    shown = await app.answer()

    assert "No server is running" not in shown
    assert len(shown.partition("Say hello.")[2].strip()) > len(llama_server.model)


async def test_waiting_to_try_again_is_said(app: RunningApp) -> None:
    async with WireServer(BUSY) as server:
        await configured(app, server.url)
        await app.ask("Say hello.")

        await until(lambda: "Retrying in 2 s" in app.shown)
        app.click("stopButton")
        await until(lambda: not app.window.chat.is_busy)

    assert "Stopped" in app.shown
