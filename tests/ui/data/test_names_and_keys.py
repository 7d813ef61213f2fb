"""Every widget of the data dialogs has a name, and every button is reached by keyboard."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.attachment import Attachment
from desktop.core.content import DocumentPart
from desktop.core.errors import ExportFailed
from desktop.ui.attachment_strip import AttachmentStrip
from desktop.ui.data.backups_dialog import BackupsDialog
from desktop.ui.data.export_dialog import ExportDialog
from desktop.ui.data.import_dialog import ImportDialog
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from tests.ui.data.test_backups_dialog import rows
from tests.ui.data.test_transfer_dialogs import preview
from tests.ui.test_accessibility import nameless, own_widgets

Make = Callable[[QWidget], QDialog]


def backups(parent: QWidget) -> QDialog:
    dialog = BackupsDialog(parent, folder="/nowhere")
    dialog.show_backups(rows(3))
    return dialog


def export(parent: QWidget) -> QDialog:
    dialog = ExportDialog(parent)
    dialog.offer("Soup", 1, 2, 1)
    return dialog


def importing(parent: QWidget) -> QDialog:
    dialog = ImportDialog(parent)
    dialog.show_preview(preview(3))
    return dialog


@pytest.fixture
def parent(qtbot: QtBot, theme: Theme) -> Iterator[QWidget]:
    parent = QWidget()
    qtbot.addWidget(parent)
    yield parent
    parent.close()


@pytest.mark.parametrize("make", [backups, export, importing])
def test_every_widget_has_a_name(parent: QWidget, make: Make) -> None:
    dialog = make(parent)
    dialog.show()
    if isinstance(dialog, BackupsDialog | ExportDialog | ImportDialog):
        dialog.show_error(ExportFailed("It failed.", cure="Try again."))

    assert nameless(dialog) == []


def test_every_widget_of_an_attached_file_has_a_name(
    qtbot: QtBot, theme: Theme, icons: Icons
) -> None:
    strip = AttachmentStrip(theme=theme, icons=icons)
    qtbot.addWidget(strip)
    part = DocumentPart(b"text", "text/markdown", "a.pdf")
    strip.show_files([Attachment(name="a.pdf", part=part, tokens=5, detail="PDF")], reading=1)

    assert nameless(strip) == []


@pytest.mark.parametrize("make", [backups, export, importing])
def test_every_button_is_reached_by_tab(qtbot: QtBot, parent: QWidget, make: Make) -> None:
    dialog = make(parent)
    dialog.show()
    qtbot.waitActive(dialog)
    reached: set[str] = set()
    for _ in range(16):
        focused = dialog.focusWidget()
        assert focused is not None
        reached.add(focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    radios = {"exportAll", "exportHtml", "exportPdf", "exportJson"}  # those go by arrow keys
    wanted = {
        widget.objectName()
        for widget in own_widgets(dialog)
        if isinstance(widget, QAbstractButton) and widget.isVisible() and widget.isEnabled()
    }

    assert wanted - reached - radios == set()
