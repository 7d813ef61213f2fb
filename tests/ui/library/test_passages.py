"""The passages of an answer are listed, and each is shown in its place."""

from uuid import uuid4

import pytest
from PySide6.QtWidgets import QLabel, QListWidget, QMenu, QPushButton, QTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.ids import CollectionId, ConversationId, MessageId
from desktop.core.sources import SentPassage
from desktop.presenters.sources_view import PassageView, SourceChoice
from desktop.ui.icons import Icons
from desktop.ui.library.passages_window import PassagesWindow
from desktop.ui.sources_button import SourcesButton
from desktop.ui.theme import Theme
from tests.ui.test_accessibility import nameless

MILL = SentPassage(number=1, title="mill.md", place="page 3", text="The mill turns.")
TAX = SentPassage(number=2, title="Taxes", place="", text="Pay the tax.")


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> PassagesWindow:
    window = PassagesWindow(theme=theme)
    qtbot.addWidget(window)
    window.show_passages([MILL, TAX], 2)
    window.show()
    return window


def test_every_widget_has_a_name(window: PassagesWindow) -> None:
    window.show_passage(PassageView(passage=MILL, path="/farm/mill.md"))

    assert nameless(window) == []


def test_the_cited_one_is_chosen_and_shown_in_its_place(window: PassagesWindow) -> None:
    shown = window.findChild(QListWidget, "passageList")
    text = window.findChild(QTextEdit, "passageText")
    assert shown is not None
    assert text is not None
    window.show_passage(
        PassageView(passage=TAX, before="Before. " * 900, after="After.", path="/t.md")
    )

    assert shown.currentRow() == 1
    assert "Before. \n\nPay the tax.\n\nAfter." in text.toPlainText()
    assert text.verticalScrollBar().value() > 0


def test_choosing_another_asks_for_it(window: PassagesWindow, qtbot: QtBot) -> None:
    shown = window.findChild(QListWidget, "passageList")
    assert shown is not None
    with qtbot.waitSignal(window.passage_chosen) as chosen:
        shown.setCurrentRow(0)

    assert chosen.args == [1]


def test_a_message_can_be_gone_to(window: PassagesWindow, qtbot: QtBot) -> None:
    conversation, message = ConversationId(uuid4()), MessageId(uuid4())
    window.show_passage(PassageView(passage=TAX, conversation_id=conversation, message_id=message))
    go = window.findChild(QPushButton, "goToPassageButton")
    assert go is not None
    with qtbot.waitSignal(window.go_requested) as asked:
        go.click()

    assert asked.args == [conversation, message]


def test_what_is_gone_is_said_to_be(window: PassagesWindow) -> None:
    window.show_passage(PassageView(passage=TAX))
    place = window.findChild(QLabel, "passagePlace")
    open_file = window.findChild(QPushButton, "openPassageFileButton")
    assert place is not None
    assert open_file is not None

    assert "changed or is gone" in place.text()
    assert not open_file.isVisible()


@pytest.mark.parametrize(
    ("name", "words", "place"),
    [("a.pdf", "Open the file", "/x/a.pdf"), ("run.sh", "Open its folder", "/x")],
)
def test_a_script_is_not_handed_to_the_system(
    window: PassagesWindow, opened: list[str], name: str, words: str, place: str
) -> None:
    window.show_passage(PassageView(passage=TAX, path=f"/x/{name}"))
    button = window.findChild(QPushButton, "openPassageFileButton")
    assert button is not None
    button.click()

    assert button.text() == words
    assert opened == [place]


def test_the_button_names_the_sources_and_offers_them(
    qtbot: QtBot, theme: Theme, icons: Icons
) -> None:
    button = SourcesButton(theme=theme, icons=icons)
    qtbot.addWidget(button)
    button.show()
    button.show_attached(["My history", "Farm", "Papers"], "Passages go to m.")
    farm = CollectionId(uuid4())
    button.offer_sources(
        [SourceChoice(None, "My history", True), SourceChoice(farm, "Farm", False)],
        "Found by words only.",
    )
    menu = button.findChild(QMenu, "sourcesMenu")
    assert menu is not None
    actions = [action for action in menu.actions() if action.isCheckable()]
    with qtbot.waitSignal(button.source_chosen) as chosen:
        actions[1].trigger()
    menu.close()

    assert button.text() == "My history, Farm +1"
    assert button.accessibleName() == "Sources: My history, Farm, Papers"
    assert button.accessibleDescription() == "Passages go to m."
    assert [action.isChecked() for action in actions] == [True, True]
    assert chosen.args == [farm, True]
