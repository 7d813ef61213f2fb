"""The settings window with its presenter, over a home of its own and a real server."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.presenters.settings import SettingsPresenter
from desktop.presenters.settings_page import Page
from desktop.storage.vault import KeyPlace
from desktop.ui.icons import Icons
from desktop.ui.settings.page import SettingsPage
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.settings.wiring import present_settings
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import Theme
from tests.presenters.settings.model_server import ModelServer
from tests.services.settings_home import SettingsHome

W = TypeVar("W", bound=QWidget)


async def until(claim: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Wait, on the running loop, until `claim` holds."""
    async with asyncio.timeout(seconds):
        while not claim():
            await asyncio.sleep(0.01)


class Room:
    """The window as a user meets it."""

    def __init__(
        self,
        window: SettingsWindow,
        home: SettingsHome,
        pages: Sequence[tuple[SettingsPage, Page]] = (),
    ) -> None:
        self.window = window
        self.home = home
        self.errors: list[BaseException] = []
        self.scope = TaskScope(self.errors.append)
        self.saves: list[None] = []
        self.pages = list(pages)
        window.saved.connect(lambda: self.saves.append(None))
        self.told_of_keys: list[None] = []
        window.keys_changed.connect(lambda: self.told_of_keys.append(None))

    @cached_property
    def presenter(self) -> SettingsPresenter:
        """What decides in the window, over all pages that were given."""
        return present_settings(self.window, self.home.service, self.scope, self.pages)

    def add(self, page: SettingsPage, presenter: Page) -> None:
        """Add a page, before the window opens."""
        self.pages.append((page, presenter))

    async def open(self) -> None:
        """Open the window and wait until it shows what is saved."""
        self.presenter.open()
        self.window.open()
        await until(lambda: self.find(QWidget, "providerCombo").isEnabled())

    async def close(self) -> None:
        """End what runs and delete the window here, before a worker thread collects it."""
        self.presenter.discard()
        await self.scope.aclose()
        self.window.deleteLater()
        QApplication.sendPostedEvents(self.window, QEvent.Type.DeferredDelete)
        assert self.errors == []

    def find(self, kind: type[W], name: str) -> W:
        """Return the widget of that object name."""
        found = self.window.findChild(kind, name)
        assert isinstance(found, kind), name
        return found

    def shows(self, name: str) -> bool:
        """Tell whether the widget is on screen."""
        return any(each.isVisible() for each in self.window.findChildren(QWidget, name))

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
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        QTest.keyClicks(widget, text)

    def press(self, key: Qt.Key, *, shift: bool = False) -> None:
        """Press a key on whatever has the focus, a popup included."""
        target = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert target is not None, "nothing has the focus"
        modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(target, key, modifier)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Collect Qt objects in cycles here: in a worker thread their timers would outlive them."""
    gc.collect()
    yield
    gc.collect()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


@pytest.fixture
async def room(home: SettingsHome, theme: Theme, icons: Icons) -> AsyncIterator[Room]:
    room = Room(SettingsWindow(theme=theme, icons=icons), home)
    yield room
    await room.close()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()
