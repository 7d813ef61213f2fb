"""The settings presenter over a real home and a real server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.storage.vault import KeyPlace
from tests.presenters.settings.desk import Desk, make_desk
from tests.presenters.settings.model_server import ModelServer
from tests.services.settings_home import SettingsHome


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


@pytest.fixture
async def desk(home: SettingsHome) -> AsyncIterator[Desk]:
    desk = await make_desk(home)
    yield desk
    desk.presenter.discard()
    await desk.settle()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()
