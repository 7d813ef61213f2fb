"""A transcript on screen and messages to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.ui.fonts import load_fonts
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.hands import ANSWER

MakeMessage = Callable[..., Message]


@pytest.fixture
def message() -> MakeMessage:
    conversation = new_conversation_id()

    def make(
        role: Role, text: str, status: MessageStatus = MessageStatus.COMPLETE, **fields: Any
    ) -> Message:
        parts = fields.pop("parts", text_parts(text))
        return Message(
            id=new_message_id(),
            conversation_id=conversation,
            parent_id=None,
            role=role,
            status=status,
            created_at=datetime(2026, 3, 1, 9, 41, tzinfo=UTC),
            parts=parts,
            **fields,
        )

    return make


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    load_fonts(qapp)
    theme = Theme(qapp)
    theme.set_mode("light")
    yield theme
    theme.deleteLater()


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> TranscriptView:
    view = TranscriptView(theme=theme, icons=Icons())
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def long_view(view: TranscriptView, message: MakeMessage) -> TranscriptView:
    view.set_messages(
        [
            message(role, f"Message {i}. {ANSWER}")
            for i in range(40)
            for role in (Role.USER, Role.ASSISTANT)
        ]
    )
    return view
