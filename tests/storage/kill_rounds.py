"""Run by test_kill_while_flushing: a program that is killed while an answer arrives.

Usage: kill_rounds.py HOME ROUNDS. Each round forks a child that stores growing answers as fast
as it can, kills it after a random time and prints what the child had reported as stored.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.content import Role
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import MessageId, new_conversation_id, new_message_id
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository


async def write_until_killed(paths: Paths, report: int) -> None:
    repository = ConversationRepository(await Database.open(paths))
    await repository.recover()
    moment = datetime.now(UTC)
    conversation = Conversation(
        id=new_conversation_id(), title="Killed", created_at=moment, updated_at=moment
    )
    await repository.create(conversation)
    question = Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=None,
        role=Role.USER,
        parts=text_parts("a question"),
        status=MessageStatus.COMPLETE,
        created_at=moment,
    )
    await repository.add_message(question)
    answer = replace(
        question,
        id=MessageId(new_message_id()),
        parent_id=question.id,
        role=Role.ASSISTANT,
        parts=text_parts(""),
        status=MessageStatus.STREAMING,
    )
    await repository.add_message(answer)
    for length in range(1, 100_000):
        await repository.save_answer(replace(answer, parts=text_parts("word " * length)))
        os.write(report, f"{conversation.id} {length}\n".encode())


def one_round(paths: Paths, randomness: random.Random) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        asyncio.run(write_until_killed(paths, writing))
    os.close(writing)
    with os.fdopen(reading) as reports:
        first = reports.readline()
        time.sleep(randomness.uniform(0, 0.15))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        whole = [line for line in (first, *reports) if line.endswith("\n")]
    return whole[-1].strip()


def main(home: str, rounds: int) -> None:
    randomness = random.Random(11)
    paths = Paths.resolve(Path(home))
    print(json.dumps([one_round(paths, randomness) for _ in range(rounds)]))


main(sys.argv[1], int(sys.argv[2]))
