"""Export and import as the user sees them, by mouse and by keyboard."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.core.chat_settings import ChatSettings, Preset
from desktop.core.errors import ImportFailed
from desktop.core.extras import Extras
from desktop.core.ids import new_conversation_id, new_folder_id, new_preset_id
from desktop.core.organising import Folder
from desktop.services.transfer.exporter import Format
from desktop.services.transfer.importer import Candidate, Preview, Report
from desktop.services.transfer.model import Skipped
from desktop.services.transfer.source import Kind
from desktop.ui.data.export_dialog import ExportDialog
from desktop.ui.data.import_dialog import ImportDialog
from desktop.ui.theme import Theme


@pytest.fixture
def parent(qtbot: QtBot, theme: Theme) -> Iterator[QWidget]:
    parent = QWidget()
    qtbot.addWidget(parent)
    yield parent
    parent.close()


@pytest.fixture
def export(parent: QWidget) -> ExportDialog:
    dialog = ExportDialog(parent)
    dialog.offer("Soup", 1, 3, 2)
    dialog.show()
    return dialog


@pytest.fixture
def importing(parent: QWidget) -> ImportDialog:
    dialog = ImportDialog(parent)
    dialog.begin("export.zip")
    dialog.show()
    return dialog


def preview(count: int) -> Preview:
    rows = [
        Candidate(
            id=new_conversation_id(),
            title=f"Soup {n}",
            updated_at=datetime(2026, 5, 4, tzinfo=UTC),
            messages=n,
            is_known=n == 0,
        )
        for n in range(count)
    ]
    skipped = (Skipped(what="The file “a.pdf”", why="exports leave it out"),) * 2
    return Preview(
        path=Path("export.zip"), kind=Kind.CHATGPT, candidates=tuple(rows), skipped=skipped
    )


def click(qtbot: QtBot, dialog: QWidget, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def radio(dialog: QWidget, name: str) -> QRadioButton:
    found = dialog.findChild(QRadioButton, name)
    assert isinstance(found, QRadioButton)
    return found


def text(dialog: QWidget, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


@pytest.mark.parametrize(
    ("name", "fmt"),
    [
        ("exportMarkdown", Format.MARKDOWN),
        ("exportHtml", Format.HTML),
        ("exportPdf", Format.PDF),
        ("exportJson", Format.JSON),
    ],
)
def test_what_is_chosen_is_exported(
    qtbot: QtBot, export: ExportDialog, name: str, fmt: Format
) -> None:
    radio(export, name).setFocus()
    qtbot.keyClick(radio(export, name), Qt.Key.Key_Space)
    with qtbot.waitSignal(export.export_requested) as asked:
        click(qtbot, export, "exportButton")
    assert asked.args == [False, False, fmt]

    radio(export, "exportAll").click()
    with qtbot.waitSignal(export.export_requested) as asked:
        click(qtbot, export, "exportButton")
    assert asked.args == [True, False, fmt]


def test_the_trash_comes_along_where_it_is_ticked(qtbot: QtBot, export: ExportDialog) -> None:
    trash = export.findChild(QCheckBox, "exportTrash")
    assert isinstance(trash, QCheckBox)
    assert trash.text() == "With those in the trash (2)"
    assert not trash.isEnabled()
    radio(export, "exportAll").click()
    qtbot.keyClick(trash, Qt.Key.Key_Space)
    with qtbot.waitSignal(export.export_requested) as asked:
        click(qtbot, export, "exportButton")
    assert asked.args == [True, True, Format.MARKDOWN]

    radio(export, "exportThis").click()
    with qtbot.waitSignal(export.export_requested) as asked:
        click(qtbot, export, "exportButton")
    assert asked.args == [False, False, Format.MARKDOWN]
    export.offer("Soup", 1, 3, 0)
    assert trash.isHidden()


def test_without_a_conversation_on_screen_all_are_offered(export: ExportDialog) -> None:
    export.offer("", 0, 2, 0)

    assert not radio(export, "exportThis").isEnabled()
    assert radio(export, "exportAll").isChecked()
    assert radio(export, "exportAll").text() == "All conversations (2)"


def test_while_it_works_it_can_be_cancelled(qtbot: QtBot, export: ExportDialog) -> None:
    export.set_working(True)
    export.set_progress(1, 3)
    with qtbot.waitSignal(export.cancel_requested):
        qtbot.keyClick(export, Qt.Key.Key_Escape)
    assert export.isVisible()

    export.set_working(False)
    qtbot.keyClick(export, Qt.Key.Key_Escape)
    assert not export.isVisible()


def test_a_file_is_previewed_and_what_is_checked_imported(
    qtbot: QtBot, importing: ImportDialog
) -> None:
    shown = preview(3)
    importing.show_preview(shown)
    assert text(importing, "importSummary") == (
        "export.zip holds 3 conversations of ChatGPT, 2 of them new."
    )
    skipped = importing.findChild(QPlainTextEdit, "importSkipped")
    assert isinstance(skipped, QPlainTextEdit)
    assert skipped.toPlainText() == "The file “a.pdf”: exports leave it out. (2 times)"

    listed = importing.findChild(QTreeView, "importList")
    assert isinstance(listed, QTreeView)
    listed.setCurrentIndex(listed.model().index(1, 0))
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    with qtbot.waitSignal(importing.import_requested) as asked:
        click(qtbot, importing, "importButton")
    assert asked.args == [{shown.candidates[0].id, shown.candidates[2].id}, False]


def test_presets_and_folders_come_along_or_not(qtbot: QtBot, importing: ImportDialog) -> None:
    presets = (Preset(id=new_preset_id(), name="Brief", settings=ChatSettings()),)
    folders = tuple(Folder(id=new_folder_id(), name=name) for name in "ab")
    shown = replace(preview(0), extras=Extras(presets=presets, folders=folders))
    importing.show_preview(shown)
    box = importing.findChild(QCheckBox, "importExtras")
    assert isinstance(box, QCheckBox)
    assert text(importing, "importSummary") == "export.zip holds no conversations."
    assert box.text() == "With 1 preset and 2 folders"
    with qtbot.waitSignal(importing.import_requested) as asked:
        click(qtbot, importing, "importButton")
    assert asked.args == [set(), True]

    qtbot.keyClick(box, Qt.Key.Key_Space)
    button = importing.findChild(QPushButton, "importButton")
    assert isinstance(button, QPushButton)
    assert not button.isEnabled()
    importing.show_preview(preview(1))
    assert box.isHidden()
    assert text(importing, "importSummary").endswith("which is here already.")


def test_none_and_all(qtbot: QtBot, importing: ImportDialog) -> None:
    importing.show_preview(preview(4))
    click(qtbot, importing, "chooseNoneButton")
    button = importing.findChild(QPushButton, "importButton")
    assert isinstance(button, QPushButton)
    assert not button.isEnabled()
    click(qtbot, importing, "chooseAllButton")
    assert button.text() == "Import 4"


def test_the_report_says_what_came_in(importing: ImportDialog) -> None:
    importing.show_preview(preview(2))
    importing.show_report(Report(conversations=1, messages=1200))
    assert text(importing, "importProgressText") == "1 conversation with 1,200 messages were added."
    folders = (Folder(id=new_folder_id(), name="a"),)
    importing.show_report(Report(conversations=0, messages=0, extras=Extras(folders=folders)))
    assert text(importing, "importProgressText") == "1 folder was added."
    importing.show_report(Report(conversations=0, messages=0))
    assert text(importing, "importProgressText").startswith("Everything in it was here already")


def test_a_refusal_is_said_and_answered_by_escape(qtbot: QtBot, importing: ImportDialog) -> None:
    importing.show_error(ImportFailed("It is refused.", cure="Ask once more."))
    assert "It is refused." in [label.text() for label in importing.findChildren(QLabel)]
    qtbot.keyClick(importing, Qt.Key.Key_Escape)
    assert importing.isVisible()


def test_fifty_thousand_rows_are_shown_at_once(importing: ImportDialog) -> None:
    importing.show_preview(preview(50_000))

    assert text(importing, "importSummary").startswith("export.zip holds 50,000")


def test_several_that_are_selected_are_counted(qtbot: QtBot, export: ExportDialog) -> None:
    export.offer("", 12, 40, 0)

    assert radio(export, "exportThis").text() == "The 12 that are selected"
    assert radio(export, "exportThis").isChecked()
    with qtbot.waitSignal(export.export_requested) as asked:
        click(qtbot, export, "exportButton")
    assert asked.args == [False, False, Format.MARKDOWN]


def test_no_line_is_cut_off_when_more_is_said(qtbot: QtBot, export: ExportDialog) -> None:
    note = export.findChild(QLabel, "exportNote")
    assert isinstance(note, QLabel)
    export.set_working(True)
    export.show_done("57 conversations written to a file with a name.zip.")
    export.set_working(False)

    qtbot.waitUntil(lambda: note.height() >= note.heightForWidth(note.width()))
    said = export.findChild(QLabel, "exportProgressText")
    assert isinstance(said, QLabel)
    assert said.height() >= said.heightForWidth(said.width())
