"""What belongs to messages goes along: into forks and duplicates, and back with an undo."""

import os
from dataclasses import replace

import pytest

from desktop.core.content import DocumentPart, ImagePart, Role, TextPart
from desktop.core.conversation import Conversation, Message
from desktop.core.organising import Listing
from desktop.core.sources import Attachment, SentPassage
from desktop.storage.attachments import sweep
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.sources import SourceRepository
from tests.storage.conftest import MakeConversation, MakeMessage, organising

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 1000
PICTURE = ImagePart(PNG, "image/png")
FILE = DocumentPart(b"# Soup", "text/markdown", "soup.md")
PASSAGES = [
    SentPassage(number=1, title="mill.md", text="Eleven turns.", place="page 1"),
    SentPassage(number=2, title="tax.md", text="Above 250 euro.", place=""),
]


class Desk:
    """A question with files, its answer with passages, in a conversation with all its labels."""

    def __init__(self, paths: Paths, database: Database) -> None:
        self.paths = paths
        self.database = database
        self.conversations = ConversationRepository(database)
        self.organising = organising(self.conversations)
        self.branches = BranchRepository(database)
        self.sources = SourceRepository(database)
        self.conversation: Conversation
        self.question: Message
        self.answer: Message

    async def fill(self, conversation: Conversation, make: MakeMessage) -> None:
        self.conversation = conversation
        await self.conversations.create(conversation)
        await self.organising.set_tag([conversation.id], "soup", tagged=True)
        self.attachment = Attachment(
            history=True,
            collections=frozenset({await LibraryRepository(self.database).create("F")}),
        )
        await self.sources.attach(conversation.id, self.attachment)
        parts = self.database.attachments.kept((TextPart("Look"), PICTURE, FILE))
        self.question = make(conversation.id, parts=parts)
        self.answer = make(conversation.id, self.question.id, "[1] Yes", role=Role.ASSISTANT)
        for message in (self.question, self.answer):
            await self.conversations.add_message(message)
        await self.sources.store(self.answer.id, PASSAGES)

    async def clean_up(self) -> int:
        """Look for files that nothing refers to, long after they were attached."""
        for path in self.database.attachments.found():
            os.utime(path, (1, 1))
        return sweep(self.paths)

    async def erase(self, conversation: Conversation) -> None:
        await self.organising.trash([conversation.id])
        await self.organising.erase([conversation.id])

    async def assert_whole(self, conversation: Conversation) -> None:
        question, answer = await self.conversations.branch(conversation.id)
        texts = [part.data for part in question.parts if not isinstance(part, TextPart)]
        assert texts == [PNG, b"# Soup"]
        assert answer.sources == 2
        assert await self.sources.sent(answer.id) == PASSAGES


@pytest.fixture
async def desk(
    paths: Paths,
    database: Database,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> Desk:
    desk = Desk(paths, database)
    await desk.fill(make_conversation("Soup"), make_message)
    return desk


@pytest.mark.parametrize("how", ["fork", "duplicate"])
async def test_a_copy_is_whole_when_the_original_is_erased_and_the_files_cleaned_up(
    desk: Desk, make_conversation: MakeConversation, how: str
) -> None:
    copy = make_conversation("Copy")
    if how == "fork":
        await desk.branches.fork(desk.answer.id, copy)
    else:
        await desk.branches.duplicate(desk.conversation.id, copy)
    await desk.erase(desk.conversation)

    assert await desk.clean_up() == 0
    await desk.assert_whole(copy)
    assert await desk.sources.attached(copy.id) == desk.attachment
    [row] = await desk.organising.page(Listing(), offset=0, limit=9)
    assert row.tags == ("soup",)

    await desk.erase(copy)
    assert await desk.clean_up() == 2


async def test_the_original_is_whole_when_its_copies_are_erased(
    desk: Desk, make_conversation: MakeConversation
) -> None:
    copy = make_conversation("Copy")
    await desk.branches.duplicate(desk.conversation.id, copy)
    await desk.erase(copy)

    assert await desk.clean_up() == 0
    await desk.assert_whole(desk.conversation)


async def test_a_fork_before_an_answer_has_nothing_of_it(
    desk: Desk, make_conversation: MakeConversation
) -> None:
    copy = make_conversation("Copy")
    await desk.branches.fork(desk.question.id, copy)

    [question] = await desk.conversations.branch(copy.id)
    assert question.sources == 0
    assert question.parts == desk.question.parts


@pytest.mark.parametrize("name", ["question", "answer"])
async def test_an_undo_brings_back_files_and_passages_after_a_clean_up(
    desk: Desk, name: str
) -> None:
    for path in desk.database.attachments.found():
        os.utime(path, (1, 1))
    message = desk.question if name == "question" else desk.answer
    removed = await desk.branches.remove(message.id, with_replies=True)
    assert sweep(desk.paths) == 0
    assert removed is not None
    await desk.branches.put_back(removed)

    await desk.assert_whole(desk.conversation)


async def test_what_is_not_undone_is_cleaned_up_later(desk: Desk) -> None:
    assert await desk.branches.remove(desk.question.id, with_replies=True) is not None

    assert await desk.clean_up() == 2
    assert desk.database.attachments.found() == []


async def test_a_file_that_is_gone_keeps_nothing_from_being_deleted_and_copied(
    desk: Desk, make_conversation: MakeConversation
) -> None:
    for path in desk.database.attachments.found():
        path.unlink()
    copy = make_conversation("Copy")
    await desk.branches.duplicate(desk.conversation.id, copy)
    removed = await desk.branches.remove(desk.question.id, with_replies=False)

    assert removed is not None
    assert await desk.clean_up() == 0
    [question, _] = await desk.conversations.branch(copy.id)
    assert question.parts == desk.question.parts


async def test_what_a_copy_draws_on_is_its_own(
    desk: Desk, make_conversation: MakeConversation
) -> None:
    copy = make_conversation("Copy")
    await desk.branches.duplicate(desk.conversation.id, copy)
    await desk.sources.attach(copy.id, replace(desk.attachment, history=False))

    assert await desk.sources.attached(desk.conversation.id) == desk.attachment
