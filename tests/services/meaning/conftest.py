"""One home a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.storage.paths import Paths
from tests.services.meaning.home import Home, open_home


@pytest.fixture
async def home(own_home: Path) -> AsyncIterator[Home]:
    opened = await open_home(Paths.resolve(own_home))
    yield opened
    await opened.database.close()
