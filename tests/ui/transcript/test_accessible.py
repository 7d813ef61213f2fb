"""What a screen reader gets: a list of messages with their text."""

import gc

from PySide6.QtGui import QAccessible

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage


def test_messages_are_items_of_a_list(view: TranscriptView, message: MakeMessage):
    view.set_messages(
        [
            message(Role.USER, "A question"),
            message(Role.ASSISTANT, "An **answer**"),
            message(Role.ASSISTANT, "Half", MessageStatus.INTERRUPTED),
        ]
    )

    transcript = QAccessible.queryAccessibleInterface(view)

    assert transcript.role() == QAccessible.Role.List
    assert transcript.text(QAccessible.Text.Name) == "Transcript"
    items = [transcript.child(index) for index in range(transcript.childCount())]
    assert [item.role() for item in items] == [QAccessible.Role.ListItem] * 3
    names = [item.text(QAccessible.Text.Name) for item in items]
    assert names[:2] == ["You: A question", "Assistant: An **answer**"]
    assert "Interrupted" in names[2]
    assert [transcript.indexOfChild(item) for item in items] == [0, 1, 2]


def test_items_know_where_they_are(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "A"), message(Role.ASSISTANT, "B")])
    transcript = QAccessible.queryAccessibleInterface(view)

    for index in range(2):
        rect = transcript.child(index).rect()
        found = transcript.childAt(rect.center().x(), rect.center().y())
        assert transcript.indexOfChild(found) == index
        assert view.rect().contains(view.mapFromGlobal(rect.center()))
    assert transcript.childAt(-500, -500) is None


def test_items_that_are_gone_are_no_longer_valid(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "A"), message(Role.ASSISTANT, "B")])
    item = QAccessible.queryAccessibleInterface(view).child(1)
    assert item.isValid()

    view.set_messages([])
    gc.collect()

    assert not item.isValid()
    assert item.text(QAccessible.Text.Name) == ""
