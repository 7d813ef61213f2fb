"""The services that presenters stand on, over a directory of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.backend import Backend, open_backend
from desktop.local.server import LocalConnection
from desktop.storage.database import Database
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.vault import Vault
from tests.presenters.chat_desk import Desk


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[Backend]:
    paths = Paths.resolve(tmp_path)
    paths.create()
    backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
    yield backend
    await backend.aclose()


@pytest.fixture
async def desk(
    tmp_path: Path, llama_server: LocalConnection, request: pytest.FixtureRequest
) -> AsyncIterator[Desk]:
    paths = Paths.resolve(tmp_path)
    paths.create()
    vault = Vault(paths, place=KeyPlace.PRIVATE_FILE)
    database = await Database.open(paths, vault=vault)
    wordy = request.node.get_closest_marker("wordy") is not None
    desk = Desk(database, vault, paths.models, llama_server, max_tokens=200 if wordy else 8)
    yield desk
    await desk.connections.aclose()
    await database.close()
