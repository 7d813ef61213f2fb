"""The files in the composer: they belong to their conversation and go with its next message."""

from pathlib import Path

import pytest

from desktop.core.content import DocumentPart, TextPart
from desktop.core.errors import AttachmentRefused
from desktop.services import attaching
from tests.presenters.chat_desk import Desk


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("The secret word is leek.")
    return path


async def test_a_file_goes_with_the_message_and_is_stored_with_it(desk: Desk, notes: Path) -> None:
    await desk.files.add_files([notes])
    assert desk.view.attached == ["notes.txt"]
    await desk.presenter.send("What is the secret word?")
    await desk.work.finish()

    assert desk.view.attached == []
    assert desk.presenter.current is not None
    question, answer = await desk.conversations.branch(desk.presenter.current)
    assert question.parts == (
        TextPart("What is the secret word?"),
        DocumentPart(b"The secret word is leek.", "text/markdown", "notes.txt"),
    )
    assert answer.text
    assert answer.usage is not None
    assert (answer.usage.input_tokens or 0) > 15  # the file was read, not only the question


async def test_a_file_alone_makes_a_message_and_a_title(desk: Desk, notes: Path) -> None:
    await desk.files.add_files([notes])
    await desk.presenter.send("")
    await desk.work.finish()

    assert desk.view.title == "notes.txt"
    question, _ = desk.view.messages.values()
    assert [type(part) for part in question.parts] == [DocumentPart]


async def test_files_stay_with_their_conversation(desk: Desk, notes: Path) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    first = desk.presenter.current
    assert first is not None
    await desk.files.add_files([notes])
    await desk.presenter.new_chat()
    assert desk.view.attached == []
    await desk.presenter.open(first)
    assert desk.view.attached == ["notes.txt"]
    await desk.files.remove(0)
    await desk.files.remove(0)  # it is gone already

    assert desk.view.attached == []


async def test_what_is_refused_is_said_and_the_others_are_taken(
    desk: Desk, notes: Path, tmp_path: Path
) -> None:
    await desk.files.add_files([tmp_path, notes])
    await desk.files.add_picture(b"no picture", "Pasted picture")

    assert [type(error) for error in desk.view.notices] == [AttachmentRefused] * 2
    assert desk.view.attached == ["notes.txt"]


async def test_there_is_an_end_to_how_many(
    desk: Desk, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.presenters.attaching.MAX_FILES", 2)
    await desk.files.add_files([notes, notes, notes])

    assert desk.view.attached == ["notes.txt"] * 2
    assert "More than 2 files" in desk.view.notices[0].message
    assert attaching.MAX_FILES > 2


async def test_files_that_wait_are_there_again_after_a_restart(desk: Desk, notes: Path) -> None:
    await desk.files.add_files([notes, notes])
    await desk.files.remove(0)
    again = desk.files_again()
    await again.restore_new_chat()
    assert desk.view.attached == ["notes.txt"]
    await desk.presenter.send("What is the secret word?")
    await desk.work.finish()
    conversation = desk.presenter.current
    assert conversation is not None
    await desk.files.add_files([notes])

    again = desk.files_again()
    await again.restore_new_chat()
    assert desk.view.attached == []
    stored = await desk.conversations.get(conversation)
    assert stored is not None
    again.show(conversation)
    again.restore(conversation, stored.draft_files)
    assert desk.view.attached == ["notes.txt"]
    assert again.parts(conversation) == desk.files.parts(conversation)
