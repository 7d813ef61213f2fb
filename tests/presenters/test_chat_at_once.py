"""Several things at once: nothing goes to the wrong chat, nothing is lost, nothing hangs."""

import asyncio

import pytest

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus
from desktop.core.errors import DiskFull
from desktop.core.ids import ConversationId
from desktop.presenters import answers
from desktop.storage.repositories.conversations import ConversationRepository
from tests.presenters.chat_desk import LONG, Desk, streams


async def asked(desk: Desk, question: str) -> ConversationId:
    await desk.presenter.new_chat()
    await desk.presenter.send(question)
    await desk.work.finish()
    assert desk.presenter.current is not None
    return desk.presenter.current


async def questions(desk: Desk, conversation: ConversationId) -> list[str]:
    branch = await desk.conversations.branch(conversation)
    return [m.text for m in branch if m.role is Role.USER]


async def test_a_sent_question_is_no_draft_any_more(desk: Desk) -> None:
    conversation = await asked(desk, "Say hello.")
    await asyncio.gather(
        desk.presenter.draft_changed("Say it again."), desk.presenter.send("Say it again.")
    )
    await desk.work.finish()

    stored = await desk.conversations.get(conversation)
    assert stored is not None
    assert stored.draft == ""


async def test_a_message_goes_where_it_was_written(desk: Desk) -> None:
    first = await asked(desk, "First chat.")
    second = await asked(desk, "Second chat.")

    await asyncio.gather(desk.presenter.send("Written in the second."), desk.presenter.open(first))
    await desk.work.finish()

    assert await questions(desk, first) == ["First chat."]
    assert await questions(desk, second) == ["Second chat.", "Written in the second."]
    assert desk.presenter.current == first
    assert not desk.view.busy


async def test_a_message_sent_while_another_chat_opens_goes_where_it_was_written(
    desk: Desk,
) -> None:
    first = await asked(desk, "First chat.")
    second = await asked(desk, "Second chat.")

    await asyncio.gather(desk.presenter.open(first), desk.presenter.send("Written in the second."))
    await desk.work.finish()

    assert await questions(desk, second) == ["Second chat.", "Written in the second."]
    assert not desk.view.busy


async def test_of_two_quick_clicks_the_second_counts(desk: Desk) -> None:
    first = await asked(desk, "First chat.")
    second = await asked(desk, "Second chat.")

    await asyncio.gather(
        desk.presenter.new_chat(), desk.presenter.open(second), desk.presenter.open(first)
    )

    assert desk.presenter.current == first
    assert desk.view.title == "First chat."


async def test_retry_pressed_twice_is_one_retry(desk: Desk) -> None:
    await asked(desk, "Say hello.")
    old = desk.view.last

    await asyncio.gather(desk.presenter.retry(old.id), desk.presenter.retry(old.id))
    await desk.work.finish()

    last = desk.view.last
    [stored] = await desk.conversations.messages(last.conversation_id, [last.id])
    assert stored.sibling_count == 2


@pytest.mark.wordy
async def test_stop_pressed_twice_ends_the_answer_once(desk: Desk) -> None:
    await desk.presenter.send(LONG)
    await streams(desk)

    for _ in range(5):
        desk.presenter.stop()
        await asyncio.sleep(0)
    await desk.work.finish()

    assert desk.view.last.status is MessageStatus.STOPPED
    assert not desk.view.busy


@pytest.mark.parametrize("milliseconds", [0, 1, 3, 5, 10, 20, 40, 80])
@pytest.mark.wordy
async def test_stop_at_any_moment_leaves_nothing_streaming(desk: Desk, milliseconds: int) -> None:
    sending = asyncio.create_task(desk.presenter.send(LONG))
    await asyncio.sleep(milliseconds / 1000)
    desk.presenter.stop()
    await sending
    desk.presenter.stop()
    await desk.work.finish()

    assert desk.presenter.current is not None
    branch = await desk.conversations.branch(desk.presenter.current)
    assert all(message.status is not MessageStatus.STREAMING for message in branch)
    assert all(m.status is not MessageStatus.STREAMING for m in desk.view.messages.values())
    assert not desk.view.busy


async def test_an_answer_that_the_disk_refuses_stays_and_is_stored_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ConversationRepository.save_answer
    refused: list[Message] = []

    async def full_at_first(self: ConversationRepository, message: Message) -> None:
        if len(refused) < 2 and message.status is MessageStatus.COMPLETE:
            refused.append(message)
            raise DiskFull("The disk is full.", cure="Free some space.")
        await real(self, message)

    monkeypatch.setattr(ConversationRepository, "save_answer", full_at_first)
    monkeypatch.setattr(answers, "STORE_AGAIN_SECONDS", 0.05)
    await desk.presenter.send("Say hello.")
    async with asyncio.timeout(60):
        while len(refused) < 1 or desk.view.busy:
            await asyncio.sleep(0.01)

    shown = desk.view.last
    assert shown.status is MessageStatus.COMPLETE
    assert desk.view.notices[0].message == "The disk is full."
    conversation = desk.presenter.current
    assert conversation is not None
    await desk.presenter.open(conversation)
    assert desk.view.last.text == shown.text
    await desk.work.finish()
    assert (await desk.conversations.branch(conversation))[-1].text == shown.text
