"""One run of the app, off-screen, by whatever the clock says; see test_clock.

Argument: home. Before it opens, a message is added to the one conversation that is not in the
trash and a new one goes into it; it ends once it has looked at the clock for the trash.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from desktop.app import Parley, make_application
from desktop.backend import open_backend
from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.ui.event_loop import EventLoop


async def use(paths: Paths) -> None:
    """Say something, and delete something."""
    now = datetime.now(UTC)
    title = f"{now:%Y}"
    backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
    listed = await backend.conversations.list()
    made = Conversation(id=new_conversation_id(), title=title, created_at=now, updated_at=now)
    if not listed:
        await backend.conversations.create(made)
    talk = await backend.conversations.get(listed[0].id if listed else made.id)
    assert talk is not None
    said = Message(
        id=new_message_id(),
        conversation_id=talk.id,
        parent_id=talk.leaf_id,
        role=Role.USER,
        parts=text_parts(title),
        status=MessageStatus.COMPLETE,
        created_at=now,
    )
    await backend.conversations.add_message(said)
    deleted = replace(made, id=new_conversation_id())
    await backend.conversations.create(deleted)
    await backend.organising.trash([deleted.id])
    await backend.aclose()


def last_look(paths: Paths) -> object:
    """Return what is stored of the last look at the clock."""
    with closing(sqlite3.connect(paths.database)) as connection:
        found = connection.execute("SELECT value_json FROM system_config WHERE key = 'clock'")
        return found.fetchone()


async def main(home: Path) -> None:
    paths = Paths.resolve(home)
    paths.create()
    await use(paths)
    before = last_look(paths)
    parley = Parley(application, home, demo=False)
    running = asyncio.create_task(parley.main())
    await parley.opened.wait()
    while last_look(paths) == before:
        await asyncio.sleep(0.02)
    assert parley.window is not None
    parley.window.close()
    assert await running == 0


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1])))
