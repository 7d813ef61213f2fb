"""kill -9 while answers arrive: what was reported as stored is there, marked interrupted."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus
from desktop.core.ids import ConversationId
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository

ROUNDS = 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the rounds are forked")
async def test_d01_fifty_kills_lose_nothing_that_was_stored(paths: Paths) -> None:
    script = Path(__file__).with_name("kill_rounds.py")
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run(
        [sys.executable, str(script), str(paths.data), str(ROUNDS)],
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    stored = [report.split() for report in json.loads(result.stdout)]
    assert len(stored) == ROUNDS

    database = await Database.open(paths)
    repository = ConversationRepository(database)
    await repository.recover()
    for conversation, length in stored:
        question, answer = await repository.branch(ConversationId(UUID(conversation)))
        assert (question.role, question.text) == (Role.USER, "a question")
        assert answer.status is MessageStatus.INTERRUPTED
        assert len(answer.text) >= int(length) * len("word ")
        assert answer.text.replace("word ", "") == ""
    await database.close()
    with closing(schema.connect(paths.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.execute(
            "INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"
        )
