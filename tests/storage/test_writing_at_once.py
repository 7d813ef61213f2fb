"""Many writers with readers between them."""

import asyncio

from desktop.core.organising import Listing
from desktop.storage.repositories.conversations import ConversationRepository
from tests.storage.conftest import MakeConversation, MakeMessage, organising


async def test_d12_five_hundred_changes_with_readers_between_them_all_arrive(
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    conversation = make_conversation("Busy")
    await repository.create(conversation)
    sorting = organising(repository)

    async def change(number: int) -> None:
        # Each of them reads (the next place among the siblings) and then writes.
        await repository.add_message(make_message(conversation.id, None, f"message {number}"))

    async def read() -> None:
        await sorting.page(Listing(), offset=0, limit=10)
        await repository.branch(conversation.id)

    for start in range(0, 500, 50):
        work = [each for n in range(start, start + 50) for each in (change(n), read())]
        await asyncio.gather(*work)

    [last] = await repository.branch(conversation.id)
    assert (last.sibling_index, last.sibling_count) == (499, 500)
