"""Real keys: they go through the window's own queue, as those of a keyboard do."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.main_window import MainWindow
from tests.end_to_end.conftest import until

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key
_MOST_TABS = 60


async def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key in whichever window has the keyboard: menus and shortcuts get it first."""
    await _outside_tasks(lambda window: QTest.keyClick(window, key, modifiers))


async def type_text(text: str) -> None:
    """Type ASCII letters."""
    for letter in text.encode("ascii"):
        await _outside_tasks(lambda window, letter=letter: QTest.keyClick(window, letter))


async def _outside_tasks(act: Callable[[QWindow], None]) -> None:
    """Act from the event loop: sending a key handles events, and those may go on with tasks."""
    done = asyncio.get_running_loop().create_future()

    def run() -> None:
        window = _focus_window()
        if window is not None:
            act(window)
        done.set_result(window)

    await until(_has_keyboard)
    QTimer.singleShot(0, run)
    assert await done is not None, "no window has the keyboard"


def _focus_window() -> QWindow | None:
    return QGuiApplication.focusWindow()


def _has_keyboard() -> bool:
    """Tell whether a window of the app has the keyboard, and give it to one if none has.

    There is no window manager here to do that when a dialog was closed.
    """
    if _belongs_to_the_app(_focus_window()):
        return True
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    for window in (QApplication.activeModalWidget(), *windows):
        if window is not None and window.isVisible():
            window.activateWindow()
            break
    return False


def _belongs_to_the_app(window: QWindow | None) -> bool:
    for widget in QApplication.topLevelWidgets():
        if window is None or widget.windowHandle() is not window:
            continue
        root: QWidget | None = widget
        while root is not None and not isinstance(root, MainWindow):
            root = root.parentWidget()
        return root is not None and root.isVisible()
    return False


def focused() -> str:
    """Return the object name of the widget that has the keyboard."""
    widget = QApplication.focusWidget() if _has_keyboard() else None
    return "" if widget is None else widget.objectName()


async def tab_to(name: str, *, backwards: bool = False) -> None:
    """Press Tab until the widget of that name has the keyboard."""
    for _ in range(_MOST_TABS):
        if focused() == name:
            return
        await press(Key.Key_Backtab if backwards else Key.Key_Tab, SHIFT if backwards else NONE)
    raise AssertionError(f"Tab never comes to {name}, but to {focused()}")


async def choose_in_menu(*texts: str) -> None:
    """Walk with the arrow keys through the menu that is open, into submenus, and press Enter."""
    for text in texts:
        await until(lambda: QApplication.activePopupWidget() is not None)
        for _ in range(_MOST_TABS):
            menu = QApplication.activePopupWidget()
            active = getattr(menu, "activeAction", lambda: None)()
            if active is not None and active.text() == text:
                break
            await press(Key.Key_Down)
        else:
            raise AssertionError(f"the menu has no {text}")
        await press(Key.Key_Return)
