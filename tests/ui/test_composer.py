from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from desktop.core.attachment import Attachment
from desktop.core.content import DocumentPart
from desktop.ui.composer import Composer
from desktop.ui.composer_edit import MAX_LINES
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme


@pytest.fixture
def composer(qtbot: QtBot, theme: Theme, icons: Icons) -> Composer:
    composer = Composer(theme=theme, icons=icons)
    qtbot.addWidget(composer)
    composer.resize(600, 200)
    composer.show()
    composer.edit.setFocus()
    return composer


@pytest.fixture
def sent(composer: Composer) -> list[str]:
    sent: list[str] = []
    composer.submitted.connect(sent.append)
    return sent


@pytest.mark.parametrize("text", ["", "Hello"])
def test_undo_is_left_to_the_window_where_there_is_nothing_to_undo(
    composer: Composer, qtbot: QtBot, text: str
) -> None:
    qtbot.keyClicks(composer.edit, text)
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    event.ignore()
    QApplication.sendEvent(composer.edit, event)

    assert event.isAccepted() is bool(text)


def press(composer: Composer, key: Qt.Key, *, repeated: bool = False) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", repeated)
    QApplication.sendEvent(composer.edit, event)


def button(composer: Composer, name: str) -> QToolButton:
    found = composer.findChild(QToolButton, name)
    assert isinstance(found, QToolButton)
    return found


def test_enter_sends_and_keeps_the_text(qtbot: QtBot, composer: Composer, sent: list[str]) -> None:
    qtbot.keyClicks(composer.edit, "hello")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)

    assert sent == ["hello"]
    assert composer.text == "hello"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_shift_enter_breaks_the_line(
    qtbot: QtBot, composer: Composer, sent: list[str], key: Qt.Key
) -> None:
    qtbot.keyClicks(composer.edit, "one")
    qtbot.keyClick(composer.edit, key, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.edit, "two")

    assert composer.text == "one\ntwo"
    assert sent == []


def test_with_the_other_send_key_enter_breaks_the_line(
    qtbot: QtBot, composer: Composer, sent: list[str]
) -> None:
    composer.edit.set_send_key("ctrl_enter")
    qtbot.keyClicks(composer.edit, "one")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(composer.edit, "two")
    assert (composer.text, sent) == ("one\ntwo", [])

    qtbot.keyClick(composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sent == ["one\ntwo"]


def test_enter_never_sends_while_an_input_method_composes(
    composer: Composer, sent: list[str]
) -> None:
    composer.set_text("日本")
    QApplication.sendEvent(composer.edit, QInputMethodEvent("ご", []))
    press(composer, Qt.Key.Key_Return)
    assert sent == []

    commit = QInputMethodEvent("", [])
    commit.setCommitString("語")
    QApplication.sendEvent(composer.edit, commit)
    press(composer, Qt.Key.Key_Return)

    assert sent == ["日本語"]


def test_a02_a_held_enter_sends_once(composer: Composer, sent: list[str]) -> None:
    composer.set_text("hello")
    press(composer, Qt.Key.Key_Return)
    composer.set_text("next draft")
    for _ in range(20):
        press(composer, Qt.Key.Key_Return, repeated=True)

    assert sent == ["hello"]
    assert composer.text == "next draft"


def test_a02_a_double_click_on_send_sends_once(
    qtbot: QtBot, composer: Composer, sent: list[str]
) -> None:
    composer.set_text("hello")
    send = button(composer, "sendButton")
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)
    qtbot.mouseDClick(send, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(send, Qt.MouseButton.LeftButton)

    assert sent == ["hello"]


@pytest.mark.parametrize("text", ["", "   ", "\n \t\n"])
def test_blank_text_is_never_sent(composer: Composer, sent: list[str], text: str) -> None:
    composer.set_text(text)
    press(composer, Qt.Key.Key_Return)

    assert sent == []
    assert not button(composer, "sendButton").isEnabled()


def test_a_text_that_could_not_be_stored_can_be_sent_again(
    composer: Composer, sent: list[str]
) -> None:
    composer.set_text("hello")
    composer.submit()
    composer.allow_resend()
    composer.submit()

    assert sent == ["hello", "hello"]


def test_the_same_text_can_be_sent_again_after_the_answer(
    composer: Composer, sent: list[str]
) -> None:
    for _ in range(2):
        composer.set_text("again")
        composer.submit()
        composer.set_text("")
        composer.set_busy(True)
        composer.set_busy(False)

    assert sent == ["again", "again"]


def test_while_busy_stop_stands_in_the_place_of_send(
    qtbot: QtBot, composer: Composer, sent: list[str]
) -> None:
    composer.set_text("draft")
    composer.set_busy(True)

    assert button(composer, "sendButton").isHidden()
    with qtbot.waitSignal(composer.stop_requested):
        qtbot.mouseClick(button(composer, "stopButton"), Qt.MouseButton.LeftButton)
    press(composer, Qt.Key.Key_Return)
    assert sent == []
    assert composer.text == "draft"


def test_text_can_be_written_while_busy(qtbot: QtBot, composer: Composer) -> None:
    composer.set_busy(True)
    with qtbot.waitSignal(composer.text_changed):
        qtbot.keyClicks(composer.edit, "x")

    assert composer.text == "x"


def test_setting_a_text_is_not_reported_as_a_change(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.assertNotEmitted(composer.text_changed):
        composer.set_text("a draft from before")

    assert button(composer, "sendButton").isEnabled()


def test_grows_with_its_lines_up_to_a_limit(composer: Composer) -> None:
    heights: list[int] = []
    for lines in (1, 2, 5, MAX_LINES, MAX_LINES + 20):
        composer.set_text("\n".join("x" * lines))
        heights.append(composer.edit.height())

    assert heights == sorted(heights)
    assert heights[0] < heights[1] < heights[2] < heights[3] == heights[4]


def test_a_long_line_wraps_and_makes_it_grow(composer: Composer) -> None:
    one = composer.edit.height()
    composer.set_text("word " * 60)

    assert composer.edit.height() > 2 * one


def test_pasted_rich_text_becomes_plain(composer: Composer) -> None:
    rich = QMimeData()
    rich.setHtml('<b>bold</b><img src="file:///etc/passwd">')
    rich.setText("bold")
    composer.edit.insertFromMimeData(rich)

    assert composer.text == "bold"


def test_dropped_files_are_passed_on(qtbot: QtBot, composer: Composer, tmp_path: Path) -> None:
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.pdf")), QUrl("https://example.org/b")])
    assert composer.edit.canInsertFromMimeData(files)
    with qtbot.waitSignal(composer.edit.files_given) as given:
        composer.edit.insertFromMimeData(files)

    assert given.args == [[tmp_path / "a.pdf"]]
    assert composer.text == ""


def test_a_pasted_picture_is_passed_on(qtbot: QtBot, composer: Composer) -> None:
    picture = QMimeData()
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    with qtbot.waitSignal(composer.edit.picture_given) as given:
        composer.edit.insertFromMimeData(picture)

    assert given.args is not None
    assert given.args[0].width() == 4
    assert composer.text == ""


def attachment(name: str) -> Attachment:
    part = DocumentPart(b"text", "text/markdown", name)
    return Attachment(name=name, part=part, tokens=1200, detail="PDF")


def test_files_alone_can_be_sent_once_they_are_read(qtbot: QtBot, composer: Composer) -> None:
    composer.show_attachments([], reading=1)
    with qtbot.assertNotEmitted(composer.submitted):
        composer.submit()
    composer.show_attachments([attachment("plan.pdf")], reading=0)
    with qtbot.waitSignal(composer.submitted) as sent:
        composer.submit()

    assert sent.args == [""]


def test_a_file_is_taken_out_by_its_button(qtbot: QtBot, composer: Composer) -> None:
    composer.show_attachments([attachment("a.pdf"), attachment("b.pdf")], reading=0)
    strip = composer.strip
    assert strip is not None
    assert strip.isVisible()
    button = strip.findChild(QToolButton, "removeAttachment1")
    assert isinstance(button, QToolButton)
    assert button.accessibleName() == "Remove b.pdf"
    with qtbot.waitSignal(composer.attachment_removed) as removed:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert removed.args == [1]

    composer.show_attachments([], reading=0)
    assert not strip.isVisible()


def test_up_in_an_empty_composer_asks_for_the_last_message(
    qtbot: QtBot, composer: Composer
) -> None:
    with qtbot.waitSignal(composer.edit_last_requested):
        press(composer, Qt.Key.Key_Up)
    composer.set_text("words")
    with qtbot.assertNotEmitted(composer.edit_last_requested):
        press(composer, Qt.Key.Key_Up)


def test_the_card_is_painted_in_the_themes_colour(composer: Composer, theme: Theme) -> None:
    theme.set_mode("dark")
    picture = composer.grab().toImage()

    assert picture.pixelColor(40, composer.height() // 2).name() == theme.tokens.field
