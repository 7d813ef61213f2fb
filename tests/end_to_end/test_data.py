"""What is stored as a whole, in the running app: copied, put back, taken out and in."""

import shutil
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTreeWidget,
)

from desktop.core.changes import Delete
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import ConversationId, new_conversation_id, new_message_id
from desktop.storage.backup import backups
from desktop.storage.database import Database
from desktop.storage.importing import Whole
from desktop.storage.orm.base import now
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.ui.settings.window import SettingsWindow
from tests.end_to_end.conftest import RunningApp, until


async def seed(home: Path, title: str, text: str = "Which soup?") -> None:
    """Store a conversation with one question."""
    database = await Database.open(Paths.resolve(home))
    conversations, moment = ConversationRepository(database), now()
    conversation = Conversation(
        id=new_conversation_id(), title=title, created_at=moment, updated_at=moment
    )
    await conversations.create(conversation)
    await conversations.add_message(
        Message(
            id=new_message_id(),
            conversation_id=conversation.id,
            parent_id=None,
            role=Role.USER,
            parts=text_parts(text),
            status=MessageStatus.COMPLETE,
            created_at=moment,
        )
    )
    await database.close()


@pytest.mark.qt_loop
async def test_i02_an_import_that_a_crash_cut_off_is_taken_back_and_told(
    app: RunningApp, own_home: Path
) -> None:
    database, moment = await Database.open(Paths.resolve(own_home)), now()
    half = Conversation(
        id=new_conversation_id(), title="Half", created_at=moment, updated_at=moment
    )
    await ArchiveRepository(database).add([Whole(conversation=half, messages=())])
    await database.close()
    await app.start()

    await until(lambda: app.shows("noticeMessage"))
    assert "import was cut off" in app.find(QLabel, "noticeMessage").text()
    await until(lambda: app.window.sidebar.list.conversations.rowCount() == 0)


@pytest.mark.qt_loop
async def test_a_copy_is_made_and_put_back_from_the_window(app: RunningApp, own_home: Path) -> None:
    await seed(own_home, "Soup")
    await app.start()
    app.window.commands.backups.trigger()
    await until(lambda: app.shows("backUpButton"))
    app.click("backUpButton")
    listed = app.find(QTreeWidget, "backupList")
    await until(lambda: listed.topLevelItemCount() == 1)
    [copy] = backups(Paths.resolve(own_home).backups)
    assert copy.reason == "by-hand"

    model = app.window.sidebar.list.model()
    [summary] = await _listed(app)
    app.window.sidebar.change_requested.emit(Delete((cast("ConversationId", summary),)))
    await until(lambda: model.rowCount() == 0)

    app.click("restoreButton")
    app.click("confirmRestoreButton")
    await until(lambda: listed.topLevelItemCount() == 2)
    await until(lambda: model.rowCount() > 0)
    state = app.find(QLabel, "backupsState").text()
    assert state.startswith("Everything is as it was on")


async def _listed(app: RunningApp) -> list[object]:
    assert app._parley is not None
    database = await Database.open(Paths.resolve(app.home))
    try:
        return [row.id for row in await ConversationRepository(database).list()]
    finally:
        await database.close()


@pytest.mark.qt_loop
async def test_what_one_profile_exports_another_imports(
    app: RunningApp, own_home: Path, tmp_path: Path
) -> None:
    await seed(own_home, "Leek soup", "How do I make leek soup?")
    await app.start()
    listed = app.window.sidebar.list.model()
    app.window.commands.export.trigger()
    await until(lambda: app.shows("exportButton"))
    await until(lambda: app.find(QRadioButton, "exportAll").text().endswith("(1)"))
    app.click("exportJson")
    app.click("exportButton")
    await choose(app, "saveFileDialog", tmp_path / "all.json")
    await until(lambda: app.find(QLabel, "exportProgressText").text().startswith("1 conversation"))
    app.click("exportCloseButton")
    await app.close()

    other = RunningApp(tmp_path / "other")
    await seed(other.home, "Here before")
    await other.start()
    try:
        other.window.commands.import_.trigger()
        await choose(other, "openFileDialog", tmp_path / "all.json")
        await until(lambda: other.shows("importButton"))
        await until(lambda: other.find(QPushButton, "importButton").text() == "Import 1")
        other.click("importButton")
        await until(
            lambda: other.find(QLabel, "importProgressText").text().startswith("1 conversation")
        )
        listed = other.window.sidebar.list.model()
        await until(lambda: listed.rowCount() >= 2)
        [copy] = backups(Paths.resolve(other.home).backups)
        assert copy.reason == "before-import"
    finally:
        await other.close()


async def choose(app: RunningApp, name: str, path: Path) -> None:
    """Choose a file in the dialog that is open, as typing its name does."""
    await until(lambda: app.window.findChildren(QFileDialog, name))
    dialog = app.find(QFileDialog, name)
    dialog.setDirectory(str(path.parent))
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)


@pytest.mark.qt_loop
async def test_files_are_attached_by_menu_and_by_drop_and_taken_out(
    app: RunningApp, own_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("leek")
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x00AA88)
    await seed(own_home, "Soup")
    await app.start()
    app.window.commands.attach.trigger()
    await choose(app, "openFileDialog", tmp_path / "notes.txt")
    await until(lambda: app.shows("removeAttachment0"))
    pasted = QMimeData()
    pasted.setImageData(image)
    app.window.chat.composer.edit.insertFromMimeData(pasted)
    await until(lambda: app.shows("removeAttachment1"))
    names = {label.text() for label in app.window.findChildren(QLabel, "attachmentName")}
    assert {"notes.txt", "Pasted picture"} <= names

    # They wait in the composer across a crash, as its files are at this moment, …
    app.home = Path(shutil.copytree(own_home, tmp_path / "crashed"))
    await app.close()
    await app.start()
    await until(lambda: app.shows("removeAttachment1"))
    labels = app.window.findChildren(QLabel, "attachmentName")
    assert {label.text() for label in labels} == {"notes.txt", "Pasted picture"}
    app.click("removeAttachment1")
    await until(lambda: not app.shows("removeAttachment1"))
    app.click("removeAttachment0")
    await until(lambda: not app.shows("attachmentStrip"))

    # … and are gone for good once they are taken out.
    await app.close()
    await app.start()
    assert not app.shows("attachmentStrip")


@pytest.mark.qt_loop
async def test_export_is_reached_from_the_settings_too(app: RunningApp, own_home: Path) -> None:
    await seed(own_home, "Soup")
    await app.start()
    await app.open_settings()
    app.find(SettingsWindow, "settingsWindow").show_page("data")
    app.click("openExportButton")
    await until(lambda: app.shows("exportButton"))
    dialog = app.find(QDialog, "exportDialog")

    assert dialog.isVisible()
    dialog.close()
    app.find(SettingsWindow, "settingsWindow").finish(saved=False)
