"""Trees of messages: stepped through, copied, cut and mended."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import insert

from desktop.core.content import ContentPart, ImagePart, Role, TextPart, text_of
from desktop.core.conversation import Conversation, Message, MessageStatus
from desktop.core.ids import new_message_id
from desktop.storage.database import Database
from desktop.storage.orm.conversation import MessageRow
from desktop.storage.records import answer_values, place_values
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from tests.storage.conftest import MakeConversation, MakeMessage


@pytest.fixture
def branches(database: Database) -> BranchRepository:
    return BranchRepository(database)


class Tree:
    """A conversation that is written by names."""

    def __init__(
        self, repository: ConversationRepository, conversation: Conversation, make: MakeMessage
    ) -> None:
        self.repository, self.conversation, self._make = repository, conversation, make
        self.messages: dict[str, Message] = {}

    async def add(self, name: str, below: str | None = None) -> Message:
        parent = self.messages[below].id if below else None
        message = self._make(self.conversation.id, parent, name)
        self.messages[name] = message
        await self.repository.add_message(message)
        return message

    async def shown(self) -> list[str]:
        return [each.text for each in await self.repository.branch(self.conversation.id)]


@pytest.fixture
async def tree(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> Tree:
    """Make q - a1 - (f1 - g1), a2; the last written, g1, is on screen."""
    conversation = make_conversation("Tree")
    await repository.create(conversation)
    tree = Tree(repository, conversation, make_message)
    await tree.add("q")
    await tree.add("a1", "q")
    await tree.add("a2", "q")
    await tree.add("f1", "a1")
    await tree.add("g1", "f1")
    return tree


def places(branch: Sequence[Message]) -> list[tuple[int, int]]:
    return [(each.sibling_index, each.sibling_count) for each in branch]


async def test_each_message_of_the_branch_is_measured_in_order(
    tree: Tree, branches: BranchRepository, database: Database
) -> None:
    picture = ImagePart(b"png", "image/png")
    parts = database.attachments.kept((TextPart("look"), picture))
    looked = replace(await tree.add("look", "g1"), parts=parts)
    await tree.repository.add_message(looked)

    def measure(role: Role, parts: tuple[ContentPart, ...]) -> tuple[Role, str, int]:
        return role, text_of(parts), len(parts)

    async def measured() -> list[tuple[Role, str, int]]:
        return await tree.repository.measured(tree.conversation.id, measure)

    branch = await tree.repository.branch(tree.conversation.id)
    assert await measured() == [(each.role, each.text, len(each.parts)) for each in branch]
    await branches.step(tree.messages["a1"].id, 1)
    assert [text for _, text, _ in await measured()] == ["q", "a2"]
    await branches.remove(tree.messages["q"].id, with_replies=True)
    assert await measured() == []


async def test_messages_know_their_place_among_their_siblings(
    tree: Tree, branches: BranchRepository
) -> None:
    branch = await tree.repository.branch(tree.conversation.id)

    assert places(branch) == [(0, 1), (0, 2), (0, 1), (0, 1)]
    assert places([await branches.placed(tree.messages["a2"])]) == [(1, 2)]


async def test_a_step_shows_the_sibling_with_what_was_said_after_it(
    tree: Tree, branches: BranchRepository
) -> None:
    assert await branches.step(tree.messages["a1"].id, 1)
    assert await tree.shown() == ["q", "a2"]
    assert not await branches.step(tree.messages["a2"].id, 1)

    assert await branches.step(tree.messages["a2"].id, -1)
    assert await tree.shown() == ["q", "a1", "f1", "g1"]
    assert not await branches.step(new_message_id(), 1)


async def test_any_message_can_be_brought_on_screen(tree: Tree, branches: BranchRepository) -> None:
    assert await branches.show(tree.messages["a2"].id) == tree.conversation.id
    assert await tree.shown() == ["q", "a2"]
    assert await branches.show(tree.messages["q"].id) == tree.conversation.id
    assert await tree.shown() == ["q", "a2"]
    assert await branches.show(new_message_id()) is None


async def test_one_message_is_deleted_and_put_back(tree: Tree, branches: BranchRepository) -> None:
    removed = await branches.remove(tree.messages["a1"].id, with_replies=False)

    assert removed is not None
    assert removed.count == 1
    assert await tree.shown() == ["q", "f1", "g1"]
    assert places(await tree.repository.branch(tree.conversation.id)) == [(0, 1), (1, 2), (0, 1)]

    await branches.put_back(removed)
    await branches.put_back(replace(removed, records=(), moved={}))  # nothing more to do
    assert await tree.shown() == ["q", "a1", "f1", "g1"]
    branch = await tree.repository.branch(tree.conversation.id)
    assert places(branch) == [(0, 1), (0, 2), (0, 1), (0, 1)]
    assert branch[1] == replace(tree.messages["a1"], sibling_count=2)


async def test_a_branch_is_deleted_and_put_back(tree: Tree, branches: BranchRepository) -> None:
    removed = await branches.remove(tree.messages["a1"].id, with_replies=True)

    assert removed is not None
    assert removed.count == 3
    assert await tree.shown() == ["q", "a2"]
    assert not await branches.has_replies(tree.messages["a2"].id)
    assert [e.title for e in await tree.repository.list(search="g1")] == []

    await branches.put_back(removed)
    assert await tree.shown() == ["q", "a1", "f1", "g1"]
    assert [e.title for e in await tree.repository.list(search="g1")] == ["Tree"]


async def test_everything_can_be_deleted(tree: Tree, branches: BranchRepository) -> None:
    removed = await branches.remove(tree.messages["q"].id, with_replies=True)

    assert await tree.shown() == []
    assert removed is not None
    await branches.put_back(removed)
    assert await tree.shown() == ["q", "a1", "f1", "g1"]


async def test_the_last_message_gives_way_to_the_one_before(
    tree: Tree, branches: BranchRepository
) -> None:
    assert await branches.has_replies(tree.messages["f1"].id)
    await branches.remove(tree.messages["g1"].id, with_replies=False)

    assert await tree.shown() == ["q", "a1", "f1"]


async def test_deleting_what_is_gone_changes_nothing(
    tree: Tree, branches: BranchRepository
) -> None:
    assert await branches.remove(new_message_id(), with_replies=True) is None
    removed = await branches.remove(tree.messages["a1"].id, with_replies=True)
    assert removed is not None
    await branches.put_back(replace(removed, conversation_id=tree.conversation.id))


async def test_a_branch_of_thousands_is_deleted_and_put_back(
    tree: Tree, branches: BranchRepository, make_message: MakeMessage, database: Database
) -> None:
    below = tree.messages["g1"].id
    # SQLite cascades through a thousand generations at most.
    chain: list[Message] = []
    for number in range(1_200):
        chain.append(make_message(tree.conversation.id, below, f"turn {number}"))
        below = chain[-1].id
    async with database.write() as session:
        rows = [place_values(each) | answer_values(each) | {"position": 0} for each in chain]
        await session.execute(insert(MessageRow), rows)

    removed = await branches.remove(tree.messages["a1"].id, with_replies=True)
    assert await tree.shown() == ["q", "a2"]
    assert removed is not None
    await branches.put_back(removed)
    await branches.show(tree.messages["a1"].id)
    assert len(await tree.shown()) == 1_204


async def test_a_fork_copies_the_branch_and_nothing_else(
    tree: Tree, branches: BranchRepository, make_conversation: MakeConversation
) -> None:
    into = make_conversation("Fork", system_prompt="Be brief.")
    await branches.fork(tree.messages["f1"].id, into)

    copied = await tree.repository.branch(into.id)
    assert [each.text for each in copied] == ["q", "a1", "f1"]
    assert not {each.id for each in copied} & {each.id for each in tree.messages.values()}
    assert await tree.shown() == ["q", "a1", "f1", "g1"]
    stored = await tree.repository.get(into.id)
    assert stored is not None
    assert (stored.system_prompt, stored.leaf_id) == ("Be brief.", copied[-1].id)
    assert {e.title for e in await tree.repository.list(search="f1")} == {"Tree", "Fork"}


async def test_a_duplicate_has_all_branches(
    tree: Tree,
    branches: BranchRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    below = tree.messages["g1"].id
    streaming = make_message(
        tree.conversation.id, below, "half", role=Role.ASSISTANT, status=MessageStatus.STREAMING
    )
    await tree.repository.add_message(streaming)
    into = make_conversation("Copy")
    await branches.duplicate(tree.conversation.id, into)

    copied = await tree.repository.branch(into.id)
    assert [each.text for each in copied] == ["q", "a1", "f1", "g1", "half"]
    assert copied[-1].status is MessageStatus.INTERRUPTED
    assert await branches.step(copied[1].id, 1)
    assert [each.text for each in await tree.repository.branch(into.id)] == ["q", "a2"]
