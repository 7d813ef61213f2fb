"""The services that presenters stand on, over a directory of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.backend import Backend, open_backend
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[Backend]:
    paths = Paths.resolve(tmp_path)
    paths.create()
    backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
    yield backend
    await backend.aclose()
