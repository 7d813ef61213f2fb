"""The whole app in this process: the real composition root, driven through its widgets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QSpinBox, QWidget

from desktop.app import Parley
from desktop.storage.paths import Paths
from desktop.ui.first_window import server_name
from desktop.ui.main_window import MainWindow

W = TypeVar("W", bound=QWidget)


async def until(claim: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Wait, on the running loop, until `claim` holds."""
    async with asyncio.timeout(seconds):
        while not claim():
            await asyncio.sleep(0.02)


class RunningApp:
    """One run of Parley over `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._task: asyncio.Task[int] | None = None
        self._parley: Parley | None = None

    @property
    def window(self) -> MainWindow:
        assert self._parley is not None
        assert self._parley.window is not None
        return self._parley.window

    async def start(self, *, demo: bool = False, file: Path | None = None) -> None:
        """Start it and wait until it answers."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._parley = Parley(app, self.home, demo=demo, file=file)
        self._task = asyncio.create_task(self._parley.main(), name="parley")
        opened = asyncio.create_task(self._parley.opened.wait())
        done, _ = await asyncio.wait(
            {opened, self._task}, timeout=60, return_when=asyncio.FIRST_COMPLETED
        )
        opened.cancel()
        if opened not in done:
            self._task.print_stack()
        shown = [
            each.text() for window in app.topLevelWidgets() for each in window.findChildren(QLabel)
        ]
        assert opened in done, f"the app did not open: {shown}"

    async def close(self) -> None:
        """Close its window as a user does, and wait until it has ended."""
        if self._task is None or self._task.done():
            return
        window = self.window
        window.close()
        assert await asyncio.wait_for(self._task, 60) == 0
        for dialog in window.findChildren(QDialog):
            dialog.hide()  # else it would take the keyboard from the next app

    async def open_file(self, path: Path) -> None:
        """Ask for what a later start with this file asks for."""
        await self.call(json.dumps({"file": str(path)}).encode() + b"\n")

    async def call(self, line: bytes) -> None:
        """Say `line` to the window as a later start does, and wait for its answer."""
        socket = QLocalSocket(self.window)
        socket.connectToServer(server_name(Paths.resolve(self.home).data))
        assert socket.waitForConnected(1000)
        socket.write(line)
        await until(lambda: socket.bytesAvailable() or not line.endswith(b"\n"))
        socket.abort()
        socket.deleteLater()

    def find(self, kind: type[W], name: str) -> W:
        """Return the widget of that object name, in the main window or a dialog of its."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def click(self, name: str) -> None:
        """Press the left button on a widget that can be seen and used."""
        widget = self.find(QWidget, name)
        assert widget.isVisible(), f"{name} can't be seen"
        assert widget.isEnabled(), f"{name} can't be used"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        """Type into a field, replacing what stands there."""
        widget = self.find(QWidget, name)
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(widget, text)

    async def open_settings(self) -> None:
        """Open the settings and wait until they show what is saved."""
        self.window.settings_requested.emit()
        await until(lambda: self.shows("providerCombo"))
        await until(lambda: self.find(QComboBox, "providerCombo").isEnabled())

    def choose_provider(self, title: str) -> None:
        """Choose in the provider box, from the keyboard."""
        combo = self.find(QComboBox, "providerCombo")
        combo.setFocus()
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(combo.findText(title)):
            QTest.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentText() == title

    def limit_answers(self, tokens: int = 48) -> None:
        """Keep answers short: the machine has better things to do."""
        self.unfold()
        self.find(QSpinBox, "maxTokensSpin").setValue(tokens)

    def unfold(self) -> None:
        """Open the advanced part of the completions."""
        if not self.shows("maxTokensSpin"):
            self.click("completionsAdvancedToggle")

    async def save_settings(self) -> None:
        """Save; where there is no keyring the window asks, and a private file it is."""
        self.click("saveButton")
        await until(lambda: not self.shows("saveButton") or self.shows("keepInFileButton"))
        if self.shows("keepInFileButton"):
            self.click("keepInFileButton")
        await until(lambda: not self.shows("saveButton"))

    def shows(self, name: str) -> bool:
        """Tell whether there is such a widget and it can be seen."""
        return any(widget.isVisible() for widget in self.window.findChildren(QWidget, name))

    async def ask(self, text: str) -> None:
        """Type a question and press Enter."""
        self.type("composerEdit", text)
        QTest.keyClick(self.find(QWidget, "composerEdit"), Qt.Key.Key_Return)

    async def answer(self) -> str:
        """Wait for the end of the answer and return all that the transcript shows."""
        await until(lambda: self.window.chat.is_busy)
        await until(lambda: not self.window.chat.is_busy, seconds=90)
        return self.shown

    @property
    def shown(self) -> str:
        """What a reader of the transcript sees."""
        return self.window.chat.transcript.plain_text()


@pytest.fixture
def app(own_home: Path) -> RunningApp:
    """An app that is not started yet, over an empty home; it is closed at the test's end."""
    return RunningApp(own_home)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Close the app while its event loop still runs.

    Before a fixture's own end pytest-qt processes Qt's events with the loop stopped, and
    what is under way in the app would then go on without one.
    """
    here = Path(__file__).parent
    for item in items:
        if not isinstance(item, pytest.Function) or item.path.parent != here:
            continue
        if "app" in item.fixturenames:
            item.obj = _closing_the_app(item.obj)


def _closing_the_app(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @wraps(test)
    async def closing(**fixtures: Any) -> None:
        try:
            await test(**fixtures)
        finally:
            await fixtures["app"].close()

    return closing
