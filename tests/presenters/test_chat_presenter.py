"""The chat presenter: open, send, stop, retry, drafts."""

import asyncio

import pytest

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus
from tests.presenters.chat_desk import LONG, Desk, streams


async def test_a_question_gets_its_answer_and_both_are_stored(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()

    question, answer = desk.view.messages.values()
    assert (question.role, question.text) == (Role.USER, "Say hello.")
    assert answer.status is MessageStatus.COMPLETE
    assert answer.text == desk.view.streamed[answer.id] != ""
    assert (desk.view.title, desk.view.busy, desk.view.cleared) == ("Say hello.", False, 1)
    assert desk.presenter.current is not None
    stored = await desk.conversations.branch(desk.presenter.current)
    assert [m.text for m in stored] == [question.text, answer.text]
    assert desk.active == set()
    assert desk.view.progress[-1] == ""


async def test_pressing_twice_sends_once(desk: Desk) -> None:
    await asyncio.gather(desk.presenter.send("Say hello."), desk.presenter.send("Say hello."))
    await desk.work.finish()

    assert len(desk.view.messages) == 2


@pytest.mark.wordy
async def test_stop_keeps_the_text_and_the_next_message_works(desk: Desk) -> None:
    await desk.presenter.send(LONG)
    await streams(desk)

    desk.presenter.stop()
    await desk.work.finish()

    stopped = desk.view.last
    assert stopped.status is MessageStatus.STOPPED
    assert stopped.text == desk.view.streamed[stopped.id] != ""
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    assert desk.view.last.status is MessageStatus.COMPLETE
    assert len(desk.view.messages) == 4


@pytest.mark.wordy
async def test_another_conversation_can_be_read_while_one_streams(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    first = desk.presenter.current
    assert first is not None
    await desk.presenter.new_chat()
    await desk.presenter.send(LONG)
    await streams(desk)
    second = desk.presenter.current
    assert second is not None

    await desk.presenter.open(first)
    await asyncio.sleep(0.2)

    assert "Say hello." in [m.text for m in desk.view.messages.values()]
    assert len(desk.view.messages) == 2
    assert not desk.view.busy
    await desk.presenter.open(second)
    assert desk.view.busy
    seen = desk.view.streamed[desk.view.last.id]
    assert seen != ""
    desk.presenter.stop()
    await desk.work.finish()
    assert desk.view.last.text.startswith(seen)


async def test_retry_answers_the_same_question_and_keeps_the_old_answer(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    old = desk.view.last

    await desk.presenter.retry(old.id)
    await desk.work.finish()

    assert len(desk.view.messages) == 2
    new = desk.view.last
    assert new.id != old.id
    assert new.parent_id == old.parent_id
    versions = await desk.conversations.messages(new.conversation_id, [old.id, new.id])
    assert [each.sibling_count for each in versions] == [2, 2]


async def test_a_new_chat_from_a_new_chat_keeps_what_is_being_written(desk: Desk) -> None:
    await desk.presenter.new_chat()
    desk.view.draft = "typed while the new chat was asked for"
    await desk.presenter.new_chat()

    assert desk.view.draft == "typed while the new chat was asked for"
    await desk.presenter.keep_draft("stored")
    await desk.presenter.reopen()
    assert desk.view.draft == "stored"


async def test_a_draft_comes_back_with_its_conversation(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    conversation = desk.presenter.current
    assert conversation is not None
    await desk.presenter.keep_draft("half a thought")

    await desk.presenter.new_chat()
    assert desk.view.draft == ""
    await desk.presenter.keep_draft("for a new chat")
    await desk.presenter.open(conversation)

    assert desk.view.draft == "half a thought"
    await desk.presenter.new_chat()
    assert desk.view.draft == "for a new chat"


async def test_blank_text_is_not_sent(desk: Desk) -> None:
    await desk.presenter.send("  \n ")

    assert desk.view.messages == {}
    assert not desk.view.busy
