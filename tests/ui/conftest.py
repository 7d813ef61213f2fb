"""Themed widgets and sample conversations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QApplication

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus, text_parts
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.ui.fonts import load_fonts
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

SummaryMaker = Callable[..., ConversationSummary]
MessageMaker = Callable[..., Message]


@pytest.fixture(scope="session")
def _themed(qapp: QApplication) -> Theme:
    qapp.setQuitOnLastWindowClosed(False)  # as the app does; it would stop the event loop
    load_fonts(qapp)
    theme = Theme(qapp)
    theme.dress()
    return theme


@pytest.fixture
def theme(_themed: Theme) -> Theme:
    _themed.set_mode("light")
    return _themed


@pytest.fixture
def icons(qapp: QApplication) -> Icons:
    return Icons()


@pytest.fixture
def summary() -> SummaryMaker:
    def make(title: str = "Soup", *, days: int = 0, pinned: bool = False) -> ConversationSummary:
        return ConversationSummary(
            id=new_conversation_id(),
            title=title,
            updated_at=datetime.now(UTC) - timedelta(days=days),
            pinned=pinned,
        )

    return make


@pytest.fixture
def message() -> MessageMaker:
    def make(text: str, role: Role = Role.USER) -> Message:
        return Message(
            id=new_message_id(),
            conversation_id=new_conversation_id(),
            parent_id=None,
            role=role,
            parts=text_parts(text),
            status=MessageStatus.COMPLETE,
            created_at=datetime.now(UTC),
        )

    return make
