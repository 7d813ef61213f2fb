"""Reading in the whole app: a long conversation in pages, its place kept over a restart."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from sqlalchemy import insert

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import ConversationId, new_conversation_id, new_message_id
from desktop.storage.database import Database
from desktop.storage.orm.conversation import MessageRow
from desktop.storage.paths import Paths
from desktop.storage.records import answer_values, place_values
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.ui.transcript.menu import Spot
from tests.end_to_end.conftest import RunningApp, until

pytestmark = pytest.mark.qt_loop
COUNT = 160


async def seed(home: Path) -> tuple[ConversationId, list[Message]]:
    """Store a conversation of many messages before the app starts."""
    paths = Paths.resolve(home)
    paths.create()
    now, id_ = datetime.now(UTC), new_conversation_id()
    loose = [
        Message(
            id=new_message_id(),
            conversation_id=id_,
            parent_id=None,
            role=Role.USER if number % 2 == 0 else Role.ASSISTANT,
            parts=text_parts(f"Message {number}.\n\n```python\nx = {number}\n```"),
            status=MessageStatus.COMPLETE,
            created_at=now,
        )
        for number in range(COUNT)
    ]
    messages = [loose[0], *(replace(two, parent_id=one.id) for one, two in pairwise(loose))]
    rows = [{**place_values(each), **answer_values(each), "position": 0} for each in messages]
    database = await Database.open(paths)
    try:
        await ConversationRepository(database).create(
            Conversation(
                id=id_, title="Long", created_at=now, updated_at=now, leaf_id=messages[-1].id
            )
        )
        async with database.write() as session:
            await session.execute(insert(MessageRow), rows)
    finally:
        await database.close()
    return id_, messages


async def test_a_long_conversation_is_read_in_pages_and_found_again(
    app: RunningApp, own_home: Path, tmp_path: Path
):
    id_, messages = await seed(own_home)
    await app.start()
    app.window.sidebar.conversation_selected.emit(id_)
    view = app.window.chat.transcript
    await until(lambda: len(view.messages) == COUNT)
    assert view.messages.get(COUNT - 1) is not None
    assert view.messages.get(0) is None

    view.show_message(messages[20].id)
    await until(lambda: view.messages.get(20) is not None)
    await until(lambda: view.reading_place is not None)
    place = view.reading_place
    view.ask_where_to_save(Spot(21, 2))
    target = tmp_path / "code.py"
    app.find(QFileDialog, "saveCodeDialog").fileSelected.emit(str(target))
    await until(target.exists)
    view.select_all()
    view.copy()
    whole = "\n\n".join(each.text for each in messages)
    await until(lambda: QGuiApplication.clipboard().text() == whole)
    await app.close()

    again = RunningApp(own_home)
    await again.start()
    again.window.sidebar.conversation_selected.emit(id_)
    view = again.window.chat.transcript
    await until(lambda: len(view.messages) == COUNT and view.messages.get(20) is not None)
    await until(lambda: view.reading_place == place)
    await again.close()
    assert target.read_text("utf-8").startswith("x = ")
