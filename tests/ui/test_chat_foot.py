"""What stands below the composer."""

import pytest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from desktop.core.ids import new_collection_id
from desktop.presenters.sources_view import SourceChoice
from desktop.ui.chat_foot import ChatFoot
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

LEAVES = "Up to 12 passages of Farm go with each question to gpt (api.openai.com)."


@pytest.fixture
def foot(qtbot: QtBot, theme: Theme, icons: Icons) -> ChatFoot:
    foot = ChatFoot(theme=theme, icons=icons)
    qtbot.addWidget(foot)
    foot.resize(700, 60)
    foot.show()
    return foot


def label(foot: ChatFoot, name: str) -> QLabel:
    found = foot.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found


def test_what_leaves_the_computer_is_said_as_long_as_sources_are_attached(foot: ChatFoot) -> None:
    leaves = label(foot, "whatLeavesLabel")
    assert not leaves.isVisible()
    foot.sources.show_attached(["Farm"], LEAVES)
    assert leaves.isVisible()
    assert leaves.text() == leaves.accessibleName() == LEAVES
    assert foot.sources.text() == "Farm"
    foot.sources.show_attached([], "")
    assert not leaves.isVisible()


def test_it_is_said_before_one_chooses(foot: ChatFoot) -> None:
    choices = [
        SourceChoice(None, "My history", False),
        SourceChoice(new_collection_id(), "F", True),
    ]
    foot.sources.offer_sources(choices, f"{LEAVES}\nFound by words only.")
    menu = foot.sources.findChild(QMenu, "sourcesMenu")
    assert menu is not None
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    menu.close()

    assert texts == ["My history", "F", LEAVES, "Found by words only.", "Library…"]


def test_a_narrow_foot_names_the_one_key(foot: ChatFoot, qtbot: QtBot) -> None:
    hint = label(foot, "composerHint")
    assert "Shift + Enter" in hint.text()
    foot.resize(300, 60)
    qtbot.waitUntil(lambda: hint.text() == "Enter to send")
