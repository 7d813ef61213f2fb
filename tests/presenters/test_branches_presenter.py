"""Editing, continuing, stepping, forking and deleting, over a real model."""

from pathlib import Path

import pytest

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus
from desktop.core.ids import ConversationId
from desktop.presenters.branches import BranchPresenter
from desktop.storage.repositories.branches import RemovedMessages
from tests.presenters.chat_desk import LONG, Desk, streams


class RecordingBranchView:
    def __init__(self) -> None:
        self.extent: bool | None = None
        self.asked: list[str] = []
        self.removed: list[RemovedMessages] = []

    async def ask_extent(self, message: Message) -> bool | None:
        self.asked.append(message.text)
        return self.extent

    def offer_undo(self, removed: RemovedMessages) -> None:
        self.removed.append(removed)


@pytest.fixture
def view() -> RecordingBranchView:
    return RecordingBranchView()


@pytest.fixture
def branching(desk: Desk, view: RecordingBranchView) -> BranchPresenter:
    return BranchPresenter(
        view, desk.presenter, desk.conversations, desk.branches, on_changed=lambda _: None
    )


async def sent(desk: Desk, text: str) -> tuple[Message, Message]:
    await desk.presenter.send(text)
    await desk.work.finish()
    question, answer = list(desk.view.messages.values())[-2:]
    return question, answer


def shown(desk: Desk) -> list[tuple[str, int, int]]:
    return [(m.text, m.sibling_index, m.sibling_count) for m in desk.view.messages.values()]


async def test_an_edited_question_stands_beside_the_old_one(
    desk: Desk, branching: BranchPresenter
) -> None:
    question, answer = await sent(desk, "Say hello.")
    await desk.presenter.begin_edit(question.id)
    assert desk.view.editing == (question.id, "Say hello.")

    await desk.presenter.edit(question.id, "Say goodbye.")
    await desk.work.finish()

    edited, new = desk.view.messages.values()
    assert (edited.text, edited.sibling_index, edited.sibling_count) == ("Say goodbye.", 1, 2)
    assert (new.role, new.parent_id) == (Role.ASSISTANT, edited.id)
    await branching.step(edited.id, -1)
    assert [m.id for m in desk.view.messages.values()] == [question.id, answer.id]
    await branching.step(question.id, 1)
    assert [m.id for m in desk.view.messages.values()] == [edited.id, new.id]
    assert shown(desk)[0] == ("Say goodbye.", 1, 2)


async def test_a_new_answer_knows_that_it_has_siblings(desk: Desk) -> None:
    _, old = await sent(desk, "Say hello.")
    await desk.presenter.retry(old.id)
    await desk.work.finish()

    assert (desk.view.last.sibling_index, desk.view.last.sibling_count) == (1, 2)


@pytest.mark.wordy
async def test_a_stopped_answer_is_continued_in_its_place(desk: Desk) -> None:
    await desk.presenter.send(LONG)
    await streams(desk)
    desk.presenter.stop()
    await desk.work.finish()
    stopped = desk.view.last

    await desk.presenter.resume(stopped.id)
    await desk.work.finish()

    ended = desk.view.last
    assert ended.id == stopped.id
    assert ended.status is MessageStatus.COMPLETE
    assert ended.text.startswith(stopped.text)
    assert len(ended.text) > len(stopped.text)
    assert ended.text == desk.view.streamed[ended.id]
    assert ended.sibling_count == 1
    assert (await desk.branches.get(ended.id)) == ended


async def test_only_the_last_answer_is_continued(desk: Desk) -> None:
    _, first = await sent(desk, "Say hello.")
    await sent(desk, "Say goodbye.")

    await desk.presenter.resume(first.id)
    await desk.work.finish()

    assert len(desk.view.messages) == 4
    assert not desk.view.busy


async def test_d02_a_question_left_without_an_answer_is_not_stored_twice(desk: Desk) -> None:
    question, answer = await sent(desk, "Say hello.")
    # The program is killed after the question was stored and before its answer was.
    assert await desk.branches.remove(answer.id, with_replies=False) is not None
    conversation = desk.presenter.current
    assert conversation is not None
    await desk.presenter.open(conversation)

    await desk.presenter.send("Say hello.")
    await desk.work.finish()

    branch = await desk.conversations.branch(conversation)
    assert [m.role for m in branch] == [Role.USER, Role.ASSISTANT]
    assert branch[0].id == question.id
    assert branch[1].status is MessageStatus.COMPLETE


async def test_a_question_without_an_answer_is_answered_by_retry(desk: Desk) -> None:
    question, answer = await sent(desk, "Say hello.")
    await desk.branches.remove(answer.id, with_replies=False)

    await desk.presenter.retry(question.id)
    await desk.work.finish()

    assert [m.role for m in desk.view.messages.values()] == [Role.USER, Role.ASSISTANT]


async def test_a_fork_opens_with_what_was_said(
    desk: Desk, branching: BranchPresenter, tmp_path: Path
) -> None:
    question, answer = await sent(desk, "Say hello.")
    await sent(desk, "Say goodbye.")
    (tmp_path / "notes.txt").write_text("for the next message there")
    await desk.files.add_files([tmp_path / "notes.txt"])
    before = desk.presenter.current

    forked = await branching.fork(answer.id)

    assert forked == desk.presenter.current != before
    assert desk.view.attached == []
    assert [m.text for m in desk.view.messages.values()] == [question.text, answer.text]


async def test_a_message_is_deleted_and_put_back(
    desk: Desk, branching: BranchPresenter, view: RecordingBranchView
) -> None:
    question, answer = await sent(desk, "Say hello.")

    await branching.delete(answer.id)
    assert view.asked == []
    assert [m.id for m in desk.view.messages.values()] == [question.id]
    await branching.undo(view.removed[0])
    assert [m.id for m in desk.view.messages.values()] == [question.id, answer.id]

    await branching.delete(question.id)  # asked, and not wanted
    assert view.asked == ["Say hello."]
    assert len(view.removed) == 1
    view.extent = True
    await branching.delete(question.id)
    assert desk.view.messages == {}
    await branching.undo(view.removed[1])
    assert len(desk.view.messages) == 2


@pytest.mark.wordy
async def test_a04_the_tree_stays_as_it_is_while_an_answer_streams(
    desk: Desk, branching: BranchPresenter, view: RecordingBranchView
) -> None:
    await desk.presenter.send(LONG)
    await streams(desk)
    question = next(iter(desk.view.messages.values()))
    current: ConversationId | None = desk.presenter.current

    await branching.delete(question.id)
    await branching.step(question.id, 1)
    await desk.presenter.edit(question.id, "Something else")
    await desk.presenter.resume(desk.view.last.id)

    assert view.removed == []
    assert len(desk.view.messages) == 2
    desk.presenter.stop()
    await desk.work.finish()
    assert current is not None
    assert len(await desk.conversations.branch(current)) == 2
