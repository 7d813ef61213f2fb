"""Every widget has a name for screen readers and for tests, and can be reached by keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.errors import NotConfigured
from desktop.ui.about import AboutDialog, ShortcutsDialog
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Theme

SummaryMaker = Callable[..., ConversationSummary]


def own_widgets(root: QWidget) -> list[QWidget]:
    """Leave out what Qt builds inside its own widgets."""
    return [
        widget
        for widget in (root, *root.findChildren(QWidget))
        if not widget.objectName().startswith("qt_")
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), QLineEdit)
        and type(widget).__name__ not in {"QSplitterHandle", "QWidgetLineControl"}
    ]


def nameless(root: QWidget) -> list[str]:
    decoration = {"fade", "hairLine", "buttons", "noticeButton", "noticeBar"}
    return [
        f"{type(widget).__name__} {widget.objectName()!r}"
        for widget in own_widgets(root)
        if not widget.objectName()
        or (
            not widget.accessibleName()
            and widget.objectName() not in decoration
            and not (isinstance(widget, QLabel) and not widget.text())
        )
    ]


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, icons: Icons, summary: SummaryMaker) -> MainWindow:
    window = MainWindow(theme=theme, icons=icons)
    qtbot.addWidget(window)
    window.sidebar.show_conversations([summary("Soup")])
    window.show()
    return window


def test_every_widget_of_the_main_window_has_a_name(window: MainWindow) -> None:
    window.chat.show_notice(NotConfigured("No model is set up.", cure="Choose one."))

    assert nameless(window) == []


def test_every_widget_of_the_first_run_page_has_a_name(window: MainWindow) -> None:
    window.first_run.set_servers([("Ollama", "http://127.0.0.1:11434/v1", "3 models")])

    assert nameless(window.first_run) == []


def test_every_widget_of_the_dialogs_has_a_name(
    qtbot: QtBot, window: MainWindow, icons: Icons
) -> None:
    for dialog in (AboutDialog(window, icons), ShortcutsDialog(window, [("New chat", "Ctrl+N")])):
        assert nameless(dialog) == []


def test_every_button_and_field_can_be_reached_by_tab(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitActive(window)
    reached: set[str] = set()
    for _ in range(40):
        focused = window.focusWidget()
        reached.add(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)

    wanted = {
        widget.objectName()
        for widget in own_widgets(window)
        if isinstance(widget, QAbstractButton | QLineEdit | QAbstractScrollArea)
        and widget.isVisible()
        and widget.isEnabled()
    }
    assert wanted - reached == set()


def test_labels_never_interpret_markup(window: MainWindow) -> None:
    window.first_run.set_servers([])
    labels = [each for each in window.findChildren(QLabel) if each.pixmap().isNull()]

    assert [
        each.objectName() for each in labels if each.textFormat() is not Qt.TextFormat.PlainText
    ] == []
