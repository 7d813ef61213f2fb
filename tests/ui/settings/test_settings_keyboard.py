"""The settings without a mouse, and for those who hear them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QScrollBar,
    QWidget,
)

from desktop.core.errors import InvalidSetting
from tests.presenters.settings.model_server import ModelServer
from tests.ui.settings.conftest import Room, until

pytestmark = [
    pytest.mark.qt_loop,
    pytest.mark.qt_log_ignore("^This plugin does not support", extend=True),
]

TAB, ENTER, SPACE, DOWN = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Down


def focused(room: Room) -> str:
    widget = room.window.focusWidget()
    name = widget.objectName()
    if name and not name.startswith("qt_"):
        return name
    box = widget.parentWidget()  # its line edit has the focus for it
    assert box is not None
    return box.objectName()


def tab_to(room: Room, name: str) -> list[str]:
    """Press Tab until `name` has the focus; return what had it on the way."""
    passed: list[str] = []
    for _ in range(40):
        if focused(room) == name:
            return passed
        passed.append(focused(room))
        QTest.keyClick(room.window.focusWidget(), TAB)
    raise AssertionError(f"Tab does not reach {name}: {passed}")


def type_here(room: Room, text: str) -> None:
    QTest.keyClicks(room.window.focusWidget(), text)


async def test_from_opening_to_a_tested_and_saved_connection(
    room: Room, server: ModelServer
) -> None:
    await room.open()

    assert focused(room) == "providerCombo"
    QTest.keyClicks(room.window.focusWidget(), "OpenAI C")
    QTest.keyClick(room.window.focusWidget(), DOWN)
    tab_to(room, "endpointEdit")
    type_here(room, server.endpoint)
    tab_to(room, "modelCombo")
    type_here(room, "alpha")
    tab_to(room, "testButton")
    QTest.keyClick(room.window.focusWidget(), SPACE)
    await until(lambda: room.shows("testStagesCopy"), seconds=60)
    tab_to(room, "saveButton")
    QTest.keyClick(room.window.focusWidget(), SPACE)
    await until(lambda: not room.window.isVisible())

    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert (row["provider"], row["model"]) == ("openai_compatible", "alpha")
    assert row["endpoint"] == server.endpoint


async def test_tab_goes_from_top_to_bottom(room: Room) -> None:
    await room.open()
    room.click("completionsAdvancedToggle")
    room.find(QWidget, "providerCombo").setFocus()

    passed = tab_to(room, "cancelButton")

    assert passed == [
        "providerCombo",
        "getKeyButton",
        "apiKeyEdit",
        "modelCombo",
        "modelRefresh",
        "completionsAdvancedToggle",
        "maxTokensSpin",
        "temperatureSpin",
        "apiCombo",
        "gatewayEdit",
        "testButton",
        "useSameKeyCheck",
        "embeddingsModelCombo",
        "embeddingsModelRefresh",
        "embeddingsAdvancedToggle",
        "embeddingsTestButton",
        "changeKeyPlaceButton",
    ]


async def test_the_shortcut_saves(room: Room) -> None:
    await room.open()
    room.type("apiKeyEdit", "sk-canary-0123456789")
    room.type("modelCombo", "gpt-5")

    QTest.keyClick(room.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    await until(lambda: not room.window.isVisible())
    assert len(room.saves) == 1


async def test_a_question_takes_the_focus_and_esc_answers_it(room: Room) -> None:
    await room.open()
    room.type("modelCombo", "gpt-5")

    QTest.keyClick(room.window, Qt.Key.Key_Escape)
    assert room.window.focusWidget().objectName() == "keepEditingButton"
    assert not room.shows("saveButton")

    QTest.keyClick(room.window, Qt.Key.Key_Escape)
    assert room.window.isVisible()
    assert room.shows("saveButton")
    assert focused(room) == "modelCombo"


def own_widgets(room: Room) -> list[QWidget]:
    """Leave out what Qt builds inside its own widgets."""
    inside = (QLineEdit, QListView, QMenu, QComboBox)
    return [
        widget
        for widget in room.window.findChildren(QWidget)
        if not widget.objectName().startswith("qt_")
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), inside)
        and widget.isVisibleTo(room.window)
        and type(widget).__name__ not in {"QComboBoxPrivateContainer", "QComboBoxListView"}
    ]


async def test_every_widget_has_a_name(room: Room) -> None:
    await room.open()
    problem = InvalidSetting("It is wrong.", field="model")
    room.window.completions.show_problem("model", problem)

    buttons_and_fields = [
        widget
        for widget in own_widgets(room)
        if isinstance(widget, QAbstractButton) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]

    assert len(buttons_and_fields) > 10
    assert [repr(each) for each in own_widgets(room) if not each.objectName()] == []
    assert [each.objectName() for each in buttons_and_fields if not each.accessibleName()] == []


async def test_labels_never_interpret_markup(room: Room) -> None:
    labels = [each for each in room.window.findChildren(QLabel) if each.pixmap().isNull()]

    marked = [each for each in labels if each.textFormat() is not Qt.TextFormat.PlainText]

    assert [each.objectName() for each in marked if each.text()] == []


async def test_it_fits_a_small_window(room: Room) -> None:
    await room.open()
    room.window.resize(480, 420)
    QApplication.sendPostedEvents()

    assert (room.window.width(), room.window.height()) == (480, 420)
    combo = room.find(QWidget, "modelCombo")
    assert combo.mapTo(room.window, combo.rect().topRight()).x() < 480


async def test_the_answers_of_a_question_fit_a_small_window(room: Room) -> None:
    await room.open()
    room.window.resize(480, 420)
    QApplication.sendPostedEvents()

    room.window.ask_other_key_place(keyring=True)
    QApplication.sendPostedEvents()

    names = ("keepInKeyringButton", "keepInFileButton", "keepForSessionButton", "keepNowhereButton")
    answers = [room.find(QAbstractButton, name) for name in names]
    assert room.window.width() == 480
    assert [each.text() for each in answers if each.width() < each.sizeHint().width()] == []
