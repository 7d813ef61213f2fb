"""Finding, reading, editing and sorting conversations with nothing but the keyboard."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.core.organising import Listing, Place
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from tests.end_to_end.conftest import RunningApp, until

pytestmark = pytest.mark.qt_loop

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
Key = Qt.Key


async def seed(home: Path, title: str, *texts: str) -> None:
    paths = Paths.resolve(home)
    paths.create()
    database = await Database.open(paths)
    conversations = ConversationRepository(database)
    now = datetime.now(UTC)
    conversation = Conversation(
        id=new_conversation_id(), title=title, created_at=now, updated_at=now
    )
    await conversations.create(conversation)
    parent = None
    for place, text in enumerate(texts):
        message = Message(
            id=new_message_id(),
            conversation_id=conversation.id,
            parent_id=parent,
            role=Role.ASSISTANT if place % 2 else Role.USER,
            parts=text_parts(text),
            status=MessageStatus.COMPLETE,
            created_at=now,
        )
        await conversations.add_message(message)
        parent = message.id
    await database.close()


def titles(app: RunningApp) -> list[str]:
    model = app.window.sidebar.list.conversations
    rows = [model.summary(model.index(row)) for row in range(model.rowCount())]
    return [row.title for row in rows if row is not None]


def press(app: RunningApp, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    focused = QApplication.focusWidget() or app.window
    QTest.keyClick(focused, key, modifiers or Qt.KeyboardModifier.NoModifier)


async def test_the_whole_flow_by_keyboard(app: RunningApp, own_home: Path) -> None:
    await seed(own_home, "Soup for two", "Which soup?", "Onion soup, with *thyme*.")
    await seed(own_home, "Sailing", "When is the tide?", "At noon.")
    await app.start()
    await until(lambda: titles(app) == ["Sailing", "Soup for two"])

    # Ctrl+K and a few letters lead to a conversation.
    press(app, Key.Key_K, CTRL)
    await until(lambda: app.shows("switcherEdit"))
    edit = app.find(QLineEdit, "switcherEdit")
    QTest.keyClicks(edit, "soup")
    listed = app.find(QListWidget, "switcherList")
    await until(lambda: listed.count() == 1 and listed.item(0).text() == "Soup for two")
    QTest.keyClick(edit, Key.Key_Return)
    await until(lambda: "thyme" in app.shown)

    # Up edits the last question; the old one is a step away. (No model is set up: the
    # answer says so, which is an answer as well.)
    composer = app.find(QPlainTextEdit, "composerEdit")
    composer.setFocus()
    QTest.keyClick(composer, Key.Key_Up)
    await until(lambda: composer.toPlainText() == "Which soup?")
    QTest.keyClicks(composer, " A cold one.")
    QTest.keyClick(composer, Key.Key_Return)
    await until(lambda: "No model is set up" in app.shown)
    assert "A cold one." in app.shown
    assert "thyme" not in app.shown
    QTest.keyClick(composer, Key.Key_Left, ALT)
    await until(lambda: "thyme" in app.shown)
    QTest.keyClick(composer, Key.Key_Right, ALT)
    await until(lambda: "A cold one." in app.shown)

    # A search finds what is in the other branch and goes there.
    QTest.keyClick(composer, Key.Key_F, CTRL | SHIFT)
    search = app.find(QLineEdit, "searchEdit")
    QTest.keyClicks(search, "thyme nowhere")
    await until(lambda: app.shows("sidebarEmpty"))
    search.clear()
    QTest.keyClicks(search, '"soup with thyme" in:')
    await until(lambda: app.shows("sidebarEmpty"))  # half a filter is a word
    search.clear()
    QTest.keyClicks(search, "thym")
    await until(lambda: app.shows("resultList"))
    QTest.keyClick(search, Key.Key_Down)
    QTest.keyClick(app.window.sidebar.results, Key.Key_Return)
    await until(lambda: "thyme" in app.shown)
    await until(lambda: app.shows("findBar"))
    QTest.keyClick(app.find(QLineEdit, "findEdit"), Key.Key_Escape)
    QTest.keyClick(search, Key.Key_Escape)
    await until(lambda: app.shows("conversationList"))

    # Archive, and back; delete, and undo.
    QTest.keyClick(app.window, Key.Key_A, CTRL | SHIFT)
    await until(lambda: titles(app) == ["Sailing"])
    app.window.sidebar.listing_requested.emit(Listing(place=Place.ARCHIVE))
    await until(lambda: titles(app) == ["Soup for two"])
    app.window.sidebar.list.setFocus()
    app.window.sidebar.list.show_current(app.window.sidebar.list.conversations.index(1, 0))
    QTest.keyClick(app.window, Key.Key_A, CTRL | SHIFT)
    await until(lambda: titles(app) == [])
    app.window.sidebar.listing_requested.emit(Listing())
    await until(lambda: len(titles(app)) == 2)
    app.window.sidebar.list.setFocus()
    app.window.sidebar.list.show_current(app.window.sidebar.list.conversations.index(1, 0))
    gone = titles(app)[0]
    QTest.keyClick(app.window.sidebar.list, Key.Key_Delete)
    await until(lambda: gone not in titles(app))
    await until(lambda: "trash" in app.find(QLabel, "noticeMessage").text())  # no older offer
    undo = app.find(QWidget, "noticeButton")
    undo.setFocus()
    QTest.keyClick(undo, Key.Key_Space)
    await until(lambda: gone in titles(app))
