"""A branch in pages: its end at once, ids of what is above, messages by their ids."""

from dataclasses import replace

from sqlalchemy import insert, update

from desktop.core.conversation import Conversation, Message
from desktop.storage.database import Database
from desktop.storage.orm.conversation import ConversationRow, MessageRow
from desktop.storage.records import answer_values, place_values
from desktop.storage.repositories.conversations import ConversationRepository
from tests.storage.conftest import MakeConversation, MakeMessage


async def write_chain(
    database: Database, conversation: Conversation, make: MakeMessage, count: int
) -> list[Message]:
    """Store a branch at once."""
    messages: list[Message] = []
    for number in range(count):
        above = messages[-1].id if messages else None
        messages.append(make(conversation.id, above, f"message {number}"))
    rows = [{**place_values(each), **answer_values(each), "position": 0} for each in messages]
    async with database.write() as session:
        await session.execute(insert(MessageRow), rows)
        chosen = update(ConversationRow).where(ConversationRow.id == conversation.id)
        await session.execute(chosen.values(leaf_id=messages[-1].id))
    return messages


async def test_the_end_the_ids_above_and_the_rest_make_the_branch(
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
):
    conversation = make_conversation("Long")
    await repository.create(conversation)
    stored = await write_chain(database, conversation, make_message, 150)

    end = await repository.branch_end(conversation.id, 40)
    above = await repository.ids_above(conversation.id, end[0].id)
    rest = await repository.messages(conversation.id, above)

    assert [each.text for each in end] == [f"message {number}" for number in range(110, 150)]
    assert above == [each.id for each in stored[:110]]
    texts = {each.id: each.text for each in rest}
    assert [texts[each] for each in above] == [f"message {number}" for number in range(110)]
    assert await repository.ids_above(conversation.id, stored[0].id) == []


async def test_a_short_branch_is_all_end(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
):
    conversation = make_conversation("Short")
    await repository.create(conversation)
    assert await repository.branch_end(conversation.id, 40) == []
    question = make_message(conversation.id, None, "question")
    answer = make_message(conversation.id, question.id, "answer")
    other = replace(make_message(conversation.id, question.id, "other answer"))
    for message in (question, other, answer):
        await repository.add_message(message)

    end = await repository.branch_end(conversation.id, 40)

    assert [each.text for each in end] == ["question", "answer"]
    assert (end[1].sibling_index, end[1].sibling_count) == (1, 2)


async def test_a_damaged_tree_with_a_cycle_ends(
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
):
    conversation = make_conversation("Circle")
    await repository.create(conversation)
    stored = await write_chain(database, conversation, make_message, 6)
    async with database.write() as session:
        first = update(MessageRow).where(MessageRow.id == stored[0].id)
        await session.execute(first.values(parent_id=stored[5].id))

    end = await repository.branch_end(conversation.id, 40)
    above = await repository.ids_above(conversation.id, stored[3].id)

    assert len(end) == 6
    assert len(above) <= 6
