"""The whole flow with nothing but the keyboard: every step is keys in the window's own queue."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
)

from desktop.backend import open_backend
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.llm import LLMProvider
from desktop.services.settings_values import CompletionsChange
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.ui.settings.choice import Choice
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.keys import (
    ALT,
    CTRL,
    SHIFT,
    Key,
    choose_in_menu,
    focused,
    press,
    tab_to,
    type_text,
)
from tests.faults.wire_server import Reply, Request, WireServer

pytestmark = pytest.mark.qt_loop


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


def on_row(app: RunningApp) -> str:
    """Return the title of the row that the keyboard is on."""
    listed = app.window.sidebar.list
    summary = listed.conversations.summary(listed.currentIndex())
    return "" if summary is None else summary.title


def notice(app: RunningApp) -> str:
    return app.find(QLabel, "noticeMessage").text() if app.shows("noticeBar") else ""


def composer(app: RunningApp) -> str:
    return app.find(QPlainTextEdit, "composerEdit").toPlainText()


async def command(app: RunningApp, title: str, words: str = "") -> None:
    """Give a command, or go to what has this title, by `words` of it."""
    await press(Key.Key_K, CTRL)
    await until(lambda: focused() == "switcherEdit")
    await type_text(words or title)
    listed = app.find(QListWidget, "switcherList")
    await until(lambda: listed.currentRow() >= 0 and listed.currentItem().text() == title)
    await press(Key.Key_Return)


def _event(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def _answered(text: str) -> Reply:
    return Reply(_event({"content": text}) + _event({}, "stop") + b"data: [DONE]\n\n")


def _reply(request: Request) -> Reply:
    """Answer with what was asked in capitals; a story never ends, and no title is made."""
    if not request.body:
        return Reply(b"{}", status=404, content_type="application/json")
    question = json.loads(request.body)["messages"][-1]["content"]
    if question.startswith("Write a title"):
        return _answered("")
    if question.startswith("Tell"):
        return Reply(_event({"content": "Once upon a time"}), ending="hold")
    return _answered(question.upper())


@pytest.fixture
async def model(own_home: Path) -> AsyncIterator[WireServer]:
    """Give a model that is set up as the one to chat with."""
    async with WireServer(choose=_reply) as server:
        paths = Paths.resolve(own_home)
        paths.create()
        backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
        await backend.settings.update_completions(
            CompletionsChange(
                provider=LLMProvider.OPENAI_COMPATIBLE, model="m", endpoint=server.url
            )
        )
        await backend.aclose()
        yield server


@pytest.mark.usefixtures("model")
async def test_asking_stopping_editing_stepping_and_forking(app: RunningApp) -> None:
    await app.start()
    await press(Key.Key_N, CTRL)
    assert focused() == "composerEdit"
    await type_text("Which soup?")
    await press(Key.Key_Return)
    await until(lambda: "WHICH SOUP?" in app.shown)
    await until(lambda: not app.window.chat.is_busy)

    # Escape stops an answer; what arrived stays.
    await type_text("Tell a story")
    await press(Key.Key_Return)
    await until(lambda: "Once upon a time" in app.shown)
    await press(Key.Key_Escape)
    await until(lambda: not app.window.chat.is_busy)
    assert "Once upon a time" in app.shown

    # Up puts the last question into the composer; the old one is a step away.
    await press(Key.Key_Up)
    await until(lambda: composer(app) == "Tell a story")
    await press(Key.Key_A, CTRL)
    await type_text("A cold one?")
    await press(Key.Key_Return)
    await until(lambda: "A COLD ONE?" in app.shown)
    await until(lambda: not app.window.chat.is_busy)
    assert "Once upon a time" not in app.shown
    await press(Key.Key_Left, ALT)
    await until(lambda: "Once upon a time" in app.shown)
    await press(Key.Key_Right, ALT)
    await until(lambda: "A COLD ONE?" in app.shown)

    await press(Key.Key_B, CTRL | SHIFT)
    await until(lambda: len(titles(app)) == 2)
    await until(lambda: "A COLD ONE?" in app.shown)
    await press(Key.Key_Left, ALT)  # a fork has no other versions
    await press(Key.Key_R, CTRL)
    await until(lambda: app.window.chat.is_busy)
    await until(lambda: not app.window.chat.is_busy)
    await press(Key.Key_Left, ALT)
    assert app.shown.count("A COLD ONE?") == 1


async def test_sorting_archiving_deleting_and_undoing(app: RunningApp, own_home: Path) -> None:
    await seed(own_home, "Soup for two", "Which soup?", "Onion soup, with *thyme*.")
    await seed(own_home, "Sailing", "When is the tide?", "At noon.")
    await app.start()
    await until(lambda: titles(app) == ["Sailing", "Soup for two"])

    # Search, and Down from it, lead into the list; F2 names anew, in place.
    await press(Key.Key_F, CTRL | SHIFT)
    assert focused() == "searchEdit"
    await press(Key.Key_Down)
    assert focused() == "conversationList"
    assert on_row(app) == "Sailing"
    await press(Key.Key_Down)
    await press(Key.Key_F2)
    await until(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    await press(Key.Key_A, CTRL)
    await type_text("Onion soup")
    await press(Key.Key_Return)
    await until(lambda: titles(app) == ["Sailing", "Onion soup"])
    assert on_row(app) == "Onion soup"
    await press(Key.Key_P, CTRL | SHIFT)
    await until(lambda: titles(app) == ["Onion soup", "Sailing"])

    # A menu has all that can be done with a row: a folder, a tag.
    await press(Key.Key_O, CTRL | SHIFT)
    await choose_in_menu("Move to folder", "New folder…")
    await until(lambda: focused() == "nameEdit")
    await type_text("Kitchen")
    await press(Key.Key_Return)
    await until(lambda: app.shows("folderList"))
    await until(lambda: focused() == "conversationList")
    await press(Key.Key_O, CTRL | SHIFT)
    await choose_in_menu("Tags", "New tag…")
    await until(lambda: focused() == "nameEdit")
    await type_text("warm")
    await press(Key.Key_Return)
    model = app.window.sidebar.list.conversations
    await until(lambda: any(row.tags == ("warm",) for row in model.summaries(0, 9)))

    # The folder is listed with Enter, and everything again.
    await tab_to("folderList", backwards=True)
    await press(Key.Key_Down)
    await press(Key.Key_Return)
    await until(lambda: titles(app) == ["Onion soup"])
    await command(app, "Show all conversations")
    await until(lambda: titles(app) == ["Onion soup", "Sailing"])
    assert focused() == "conversationList"

    # Archive, look into the archive, take it back.
    await press(Key.Key_End)
    assert on_row(app) == "Sailing"
    await press(Key.Key_Home)
    await until(lambda: on_row(app) == "Onion soup")
    await press(Key.Key_A, CTRL | SHIFT)
    await until(lambda: titles(app) == ["Sailing"])
    await command(app, "Show the archive", "arch")
    await until(lambda: titles(app) == ["Onion soup"])
    assert (focused(), on_row(app)) == ("conversationList", "Onion soup")
    await press(Key.Key_A, CTRL | SHIFT)
    await until(lambda: titles(app) == [])
    await command(app, "Show all conversations", "sh all")
    await until(lambda: len(titles(app)) == 2)

    # Delete, and take it back with Ctrl+Z.
    await until(lambda: bool(on_row(app)))
    gone = on_row(app)
    await press(Key.Key_Delete)
    await until(lambda: gone not in titles(app))
    await until(lambda: "trash" in notice(app))
    await press(Key.Key_Z, CTRL)
    await until(lambda: gone in titles(app))
    assert notice(app) == ""


async def test_searching_going_back_exporting_importing_and_presets(
    app: RunningApp, own_home: Path, tmp_path: Path
) -> None:
    await seed(own_home, "Soup for two", "Which soup?", "Onion soup, with *thyme*.")
    await seed(own_home, "Sailing", "When is the tide?", "At noon, as the soup is.")
    await app.start()
    await until(lambda: titles(app) == ["Sailing", "Soup for two"])

    # A filter comes from a menu; Down and Enter lead to what was found, Escape back.
    await press(Key.Key_F, CTRL | SHIFT)
    await tab_to("filterButton")
    await press(Key.Key_Space)
    await choose_in_menu("Titles")
    await until(lambda: focused() == "searchEdit")
    await type_text("soup")
    hits = app.window.sidebar.results.results
    await until(lambda: hits.rowCount() == 1)
    await press(Key.Key_A, CTRL)
    await type_text("thyme nowhere")
    await until(lambda: app.shows("sidebarEmpty"))
    await press(Key.Key_A, CTRL)
    await type_text("thym")
    await until(lambda: app.shows("resultList"))
    await press(Key.Key_Down)
    await press(Key.Key_Return)
    await until(lambda: "thyme" in app.shown)
    await until(lambda: focused() == "findEdit")
    await press(Key.Key_Escape)
    assert not app.shows("findBar")
    await press(Key.Key_F, CTRL | SHIFT)
    await press(Key.Key_Escape)
    await until(lambda: app.shows("conversationList"))

    # The switcher goes to a conversation by a few letters, and on to the search.
    await command(app, "Sailing", "sail")
    await until(lambda: "noon" in app.shown)
    await command(app, "Search all messages for “onion soup”", "onion soup")
    await until(lambda: app.shows("resultList"))
    assert focused() == "searchEdit"
    await press(Key.Key_Escape)

    path = tmp_path / "all.json"
    await export(app, path)
    await import_again(app, path, tmp_path / "again.json")
    await until(lambda: titles(app).count("Sailing") == 2)

    # A system prompt becomes a preset, and a new chat begins with it.
    await press(Key.Key_Comma, CTRL | SHIFT)
    await until(lambda: focused() == "systemPromptEdit")
    await type_text("Be brief.")
    await tab_to("savePreset")
    await press(Key.Key_Space)
    await until(lambda: focused() == "nameEdit")
    await type_text("Brief")
    await press(Key.Key_Return)
    presets = app.find(QComboBox, "presetCombo")
    await until(lambda: presets.count() == 2)
    await press(Key.Key_Escape)
    await until(lambda: not app.shows("chatSettings"))
    await command(app, "New chat: Brief", "brief")
    await until(lambda: app.window.windowTitle() == "Parley")
    await press(Key.Key_Comma, CTRL | SHIFT)
    await until(lambda: focused() == "systemPromptEdit")
    assert app.find(QPlainTextEdit, "systemPromptEdit").toPlainText() == "Be brief."
    await press(Key.Key_Escape)
    await until(lambda: not app.shows("chatSettings"))

    # A theme that a command chose stands in the settings, too.
    await command(app, "Theme: Dark", "theme da")
    await until(lambda: "keep the theme" not in {each.get_name() for each in asyncio.all_tasks()})
    await press(Key.Key_Comma, CTRL)
    await until(lambda: focused() == "providerCombo")
    assert app.find(Choice, "themeCombo").value == "dark"
    await press(Key.Key_Escape)


async def export(app: RunningApp, path: Path) -> None:
    """Export everything as JSON."""
    await press(Key.Key_S, CTRL | SHIFT)
    await until(lambda: app.shows("exportDialog"))
    everything = app.find(QRadioButton, "exportAll")
    await until(lambda: everything.text().endswith("(2)"))
    assert focused() == "exportThis"
    await press(Key.Key_Down)
    assert everything.isChecked()
    await tab_to("exportMarkdown")
    for _ in range(3):
        await press(Key.Key_Down)
    assert app.find(QRadioButton, "exportJson").isChecked()
    await tab_to("exportButton")
    await press(Key.Key_Space)
    await choose_file(path)
    await until(path.exists)
    await until(lambda: app.find(QPushButton, "exportButton").isEnabled())
    await press(Key.Key_Escape)
    await until(lambda: not app.shows("exportDialog"))


async def import_again(app: RunningApp, path: Path, again: Path) -> None:
    """Put in what was exported under other ids; the preview lists it first."""
    record = json.loads(path.read_text())
    for conversation in record["conversations"]:
        conversation["id"] = str(new_conversation_id())
        for message in conversation["messages"]:
            message["id"], message["parent_id"] = str(new_message_id()), None
    again.write_text(json.dumps(record))
    await press(Key.Key_O, CTRL)
    await choose_file(again)
    await until(lambda: app.shows("importDialog"))
    button = app.find(QPushButton, "importButton")
    await until(lambda: button.text() == "Import 2")
    await until(lambda: focused() == "importList")
    await press(Key.Key_Down)
    await press(Key.Key_Space)
    assert button.text() == "Import 1"
    await press(Key.Key_Space)
    await tab_to("importButton")
    await press(Key.Key_Space)
    said = app.find(QLabel, "importProgressText")
    await until(lambda: said.text() == "2 conversations with 4 messages were added.")
    await press(Key.Key_Escape)
    await until(lambda: not app.shows("importDialog"))


async def choose_file(path: Path) -> None:
    """Type a path into the file dialog that is open."""
    await until(lambda: focused() == "fileNameEdit")
    await press(Key.Key_A, CTRL)
    await type_text(str(path))
    await press(Key.Key_Return)
