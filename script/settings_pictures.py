"""Pictures of every page of the settings and of a connection test failing at each stage.

Usage: settings_pictures.py DIRECTORY; `script/screenshots --settings DIRECTORY` makes them at
100 % and at 200 %.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QWidget
from take_screenshots import running, settle, until

from desktop.app import make_application
from desktop.ui.event_loop import EventLoop
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.window import SIZE, SettingsWindow
from tests.faults.wire_server import JSON, Reply, WireServer

SCALE = os.environ.get("QT_SCALE_FACTOR", "1")

LIST = Reply(body=b'{"data": [{"id": "llama-3"}]}', content_type=JSON)
NO_MODEL = Reply(
    body=b'{"error": {"message": "model not found", "code": "model_not_found"}}',
    status=404,
    content_type=JSON,
)
NO_KEY = Reply(body=b'{"error": {"message": "Invalid key"}}', status=401, content_type=JSON)
BROKEN = Reply(body=b'{"error": {"message": "Out of memory"}}', status=500, content_type=JSON)


async def opened(window: MainWindow) -> SettingsWindow:
    window.settings_requested.emit()
    await until(lambda: window.findChild(SettingsWindow, "settingsWindow"))
    settings = window.findChild(SettingsWindow, "settingsWindow")
    assert settings is not None
    await until(settings.isVisible)
    settings.resize(SIZE)
    await settle()
    return settings


def keep(widget: QWidget, directory: Path, name: str) -> None:
    suffix = "" if SCALE == "1" else f"-{round(float(SCALE) * 100)}"
    path = directory / f"{name}{suffix}.png"
    assert widget.grab().save(str(path))
    print(path.name)


async def pages(settings: SettingsWindow, directory: Path, theme: str) -> None:
    for name in settings.page_names:
        settings.show_page(name)
        await settle()
        keep(settings, directory, f"settings-{name}-{theme}")
    settings.show_page("models")


async def unencrypted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


@asynccontextmanager
async def failing() -> AsyncGenerator[dict[str, str]]:
    """Give an address for each stage that a test can fail at."""
    async with (
        await asyncio.start_server(unencrypted, "127.0.0.1", 0) as plain,
        WireServer(NO_KEY) as refusing,
        WireServer(LIST, NO_MODEL) as poor,
        WireServer(LIST, BROKEN) as ill,
    ):
        yield {
            "address": "https://my server/v1",
            "dns": "https://models.invalid/v1",
            "connect": "http://127.0.0.1:9/v1",
            "tls": f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}/v1",
            "key": refusing.url,
            "model": poor.url,
            "answer": ill.url,
        }


async def tests(settings: SettingsWindow, directory: Path, theme: str) -> None:
    endpoint = settings.findChild(QLineEdit, "endpointEdit")
    button = settings.findChild(QPushButton, "testButton")
    copy = settings.findChild(QPushButton, "testStagesCopy")
    page = settings.findChild(QScrollArea, "modelsPage")
    assert endpoint is not None
    assert button is not None
    assert copy is not None
    assert page is not None
    async with failing() as addresses:
        for stage, address in addresses.items():
            endpoint.setText(address)
            settings.completions.model_combo.setEditText("llama-4")
            await settle()
            copy.hide()  # it is shown when the test has ended
            button.click()
            await until(copy.isVisible)
            await settle()
            page.ensureWidgetVisible(copy)
            keep(settings, directory, f"settings-test-{stage}-{theme}")


async def main(directory: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        async with running(Path(home) / "home", demo=True) as window:
            for theme in ("light", "dark"):
                window.set_theme_mode("dark" if theme == "dark" else "light")
                settings = await opened(window)
                await pages(settings, directory, theme)
                await tests(settings, directory, theme)
                settings.discard_requested.emit()
                await settle()


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        sys.exit(runner.run(main(Path(sys.argv[1]))))
