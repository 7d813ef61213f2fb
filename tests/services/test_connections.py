"""Which client a message gets, and that new settings never cut an answer short."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.core.content import Role
from desktop.core.errors import LocalModelError, NotConfigured
from desktop.llm.base import LLMMessage, StreamStatus
from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.local.engine import LocalEngine
from desktop.local.fetch import Progress
from desktop.local.server import LocalConnection
from desktop.services.connections import (
    Connections,
    local_config,
    progress_in_words,
    resolved,
)
from desktop.storage.database import Database
from desktop.storage.paths import Paths


def ignore(status: StreamStatus) -> None:
    pass


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    paths = Paths.resolve(tmp_path)
    paths.create()
    database = await Database.open(paths)
    yield database
    await database.close()


def config(server: LocalConnection) -> CompletionsConfig:
    return CompletionsConfig(
        LLMProvider.OPENAI_COMPATIBLE, server.api_key, server.model, server.endpoint, 60
    )


async def test_nothing_is_set_up(database: Database, tmp_path: Path) -> None:
    connections = Connections(database, LocalEngine(tmp_path))

    with pytest.raises(NotConfigured, match="Settings"):
        async with connections.client(ignore):
            pass


async def test_one_client_serves_as_long_as_the_settings_stay(
    database: Database, tmp_path: Path, llama_server: LocalConnection
) -> None:
    connections = Connections(database, LocalEngine(tmp_path), override=config(llama_server))

    async with connections.client(ignore) as first, connections.client(ignore) as second:
        assert first is second
    async with connections.client(ignore, model="another") as third:
        assert third is not first
        assert third.model == "another"
    await connections.aclose()


async def test_new_settings_do_not_cut_an_answer_short(
    database: Database, tmp_path: Path, llama_server: LocalConnection
) -> None:
    connections = Connections(database, LocalEngine(tmp_path), override=config(llama_server))
    question = [LLMMessage(Role.USER, "Count from one to one hundred.")]
    types: list[str] = []

    async with connections.client(ignore) as client:
        async for chunk in client.stream(question):
            if not types:
                await connections.forget()
            types.append(chunk.type)

    assert types[-1] == "done"
    await connections.aclose()


async def test_a_model_nobody_knows_can_not_be_started(database: Database, tmp_path: Path) -> None:
    connections = Connections(database, LocalEngine(tmp_path), override=local_config("local://no"))

    with pytest.raises(LocalModelError):
        async with connections.client(ignore):
            pass


def test_a_running_local_model_takes_the_place_of_its_name(
    llama_server: LocalConnection,
) -> None:
    running = resolved(local_config("local://smollm2-135m-instruct"), llama_server)

    assert running.endpoint == llama_server.endpoint
    assert running.api_key == llama_server.api_key
    assert running.model == llama_server.model


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("download", 40_000_000, 97_000_000), "Downloading the model, 40 of 97 MB"),
        (Progress("check", 0, 1), "Checking the model's file"),
        (Progress("start", 0, 1), "Starting the model on this computer"),
    ],
)
def test_progress_in_words(progress: Progress, words: str) -> None:
    assert progress_in_words(progress) == words
