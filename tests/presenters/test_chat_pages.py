"""Long conversations: their end is shown at once, the rest when it is asked for."""

from datetime import UTC, datetime

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.presenters.chat import PAGE
from tests.presenters.chat_desk import Desk


async def write(desk: Desk, count: int) -> list[Message]:
    now = datetime.now(UTC)
    conversation = Conversation(
        id=new_conversation_id(), title="Long", created_at=now, updated_at=now
    )
    await desk.conversations.create(conversation)
    messages: list[Message] = []
    for number in range(count):
        message = Message(
            id=new_message_id(),
            conversation_id=conversation.id,
            parent_id=messages[-1].id if messages else None,
            role=Role.USER if number % 2 == 0 else Role.ASSISTANT,
            parts=text_parts(f"message {number}"),
            status=MessageStatus.COMPLETE,
            created_at=now,
        )
        await desk.conversations.add_message(message)
        messages.append(message)
    return messages


async def test_the_end_is_shown_and_the_rest_is_loaded_when_it_is_asked_for(desk: Desk):
    stored = await write(desk, PAGE + 12)

    await desk.presenter.open(stored[0].conversation_id)
    shown = list(desk.view.messages.values())
    await desk.work.finish()
    await desk.presenter.load(desk.view.earlier[-3:])

    assert [each.text for each in shown] == [each.text for each in stored[12:]]
    assert desk.view.earlier == [each.id for each in stored[:12]]
    assert desk.view.messages[stored[11].id].text == "message 11"
    assert stored[8].id not in desk.view.messages


async def test_a_short_conversation_is_shown_whole(desk: Desk):
    stored = await write(desk, 3)

    await desk.presenter.open(stored[0].conversation_id)
    await desk.work.finish()

    assert len(desk.view.messages) == 3
    assert desk.view.earlier == []


async def test_nothing_is_filled_into_a_new_chat(desk: Desk):
    stored = await write(desk, 3)
    await desk.presenter.new_chat()

    await desk.presenter.load([stored[0].id])

    assert desk.view.messages == {}
