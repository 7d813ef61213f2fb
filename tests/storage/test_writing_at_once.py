"""Many writers with readers between them, in one process and in several."""

import asyncio
import subprocess
import sys
from dataclasses import replace

from desktop.core.conversation import MessageStatus, text_parts
from desktop.core.organising import Listing, Place
from desktop.storage.database import Database
from desktop.storage.importing import Whole
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
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


async def test_an_answer_is_stored_while_a_great_deal_is_erased(
    database: Database,
    repository: ConversationRepository,
    make_conversation: MakeConversation,
    make_message: MakeMessage,
) -> None:
    sorting, made = organising(repository), [make_conversation(str(n)) for n in range(200)]
    wholes = [Whole(conversation=each, messages=(make_message(each.id),)) for each in made]
    await ArchiveRepository(database).add(wholes)
    await sorting.trash([each.id for each in made])
    talk = make_conversation("Talk")
    await repository.create(talk)
    answer = make_message(talk.id, None, "so far", status=MessageStatus.STREAMING)
    await repository.add_message(answer)

    erasing = asyncio.create_task(sorting.erase_trash())
    await asyncio.sleep(0)
    stored = 0
    while not erasing.done():
        await repository.save_answer(replace(answer, parts=text_parts(f"so far {stored}")))
        stored += 1
    await erasing

    assert stored > 3  # one after each of the pieces that are erased
    assert [row.title for row in await repository.list()] == ["Talk"]
    assert await sorting.page(Listing(place=Place.TRASH), offset=0, limit=9) == []


WRITER = """
import asyncio, sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository

async def main():
    database = await Database.open(Paths.resolve(Path(sys.argv[1])))
    repository, now, name = ConversationRepository(database), datetime.now(UTC), sys.argv[2]
    talk = Conversation(id=new_conversation_id(), title=name, created_at=now, updated_at=now)
    print("ready", flush=True)
    sys.stdin.readline()
    await repository.create(talk)
    for number in range(20):
        answer = Message(
            id=new_message_id(), conversation_id=talk.id, parent_id=None, role=Role.ASSISTANT,
            parts=(), status=MessageStatus.STREAMING, created_at=now,
        )
        await repository.add_message(answer)
        for length in range(5):
            await repository.save_answer(replace(answer, parts=text_parts(name * length)))
            await repository.branch(talk.id)
        ended = replace(answer, parts=text_parts(f"{name} {number}"), status="complete")
        await repository.save_answer(ended)
    await database.close()

asyncio.run(main())
"""


async def test_d10_two_processes_that_write_at_once_lose_nothing(paths: Paths) -> None:
    """No lock keeps them apart here, as when the one for the running app fails."""
    await (await Database.open(paths)).close()
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", WRITER, str(paths.data)]
    writers = [
        subprocess.Popen([*command, name], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for name in ("one", "other")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    said = [writer.communicate("go\n", timeout=60)[1] for writer in writers]

    assert said == ["", ""]
    assert [writer.returncode for writer in writers] == [0, 0]
    database = await Database.open(paths)
    repository = ConversationRepository(database)
    listed = await repository.list()
    assert sorted(row.title for row in listed) == ["one", "other"]
    for row in listed:
        [last] = await repository.branch(row.id)
        assert last.sibling_count == 20
        whole = await ArchiveRepository(database).whole(row.id)
        assert whole is not None
        assert {m.text for m in whole[1]} == {f"{row.title} {n}" for n in range(20)}
    await database.close()
