"""A model file of the user's own: saved in the settings, then it answers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desktop.core.content import Role
from desktop.llm.base import LLMMessage, StreamStatus
from desktop.llm.factory import LLMProvider
from desktop.local.engine import LocalEngine
from desktop.local.model_file import DEMO_MODEL
from desktop.services.connections import Connections
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange
from desktop.storage.vault import KeyPlace
from tests.services.settings_home import SettingsHome


def ignore(status: StreamStatus) -> None:
    pass


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


@pytest.fixture
def model_file(tmp_path: Path, models_dir: Path) -> Path:
    """Give the demo model under a name with spaces; a link, as it has 100 MB."""
    path = tmp_path / "my models" / "My own model.v2.gguf"
    path.parent.mkdir()
    path.symlink_to(DEMO_MODEL.path_in(models_dir))
    return path


@pytest.fixture
async def connections(home: SettingsHome, tmp_path: Path) -> AsyncIterator[Connections]:
    connections = Connections(home.database, LocalEngine(tmp_path / "no models here"))
    yield connections
    await connections.aclose()


async def answer(connections: Connections, *, model: str | None = None) -> tuple[str, str]:
    """Return the type of the last chunk, and the text."""
    question, text, last = [LLMMessage(Role.USER, "Say hello.")], "", ""
    async with connections.client(ignore, model=model) as client:
        async for chunk in client.stream(question):
            text, last = text + (chunk.content or ""), chunk.type
            assert chunk.error is None
    return last, text


async def test_a_file_of_the_users_own_answers(
    home: SettingsHome, connections: Connections, model_file: Path
) -> None:
    endpoint = f"local://{model_file}"
    await home.service.update_completions(
        CompletionsChange(
            provider=LLMProvider.OPENAI_COMPATIBLE, model="", endpoint=endpoint, max_tokens=16
        )
    )

    row = await home.row("llm", "completions_config")
    assert row is not None
    assert (row["endpoint"], row["model"]) == (endpoint, "My own model.v2")
    last, text = await answer(connections)
    assert last == "done"
    assert text.strip()
    last, text = await answer(connections, model="My own model.v2")
    assert last == "done"
    assert text.strip()


async def test_a_file_can_be_tested_before_it_is_saved(
    home: SettingsHome, connections: Connections, model_file: Path
) -> None:
    service = SettingsService(home.database, home.vault, local=connections.local)
    endpoint = f"local://{model_file}"

    stages = [
        stage
        async for stage in service.test(
            LLMProvider.OPENAI_COMPATIBLE, None, "My own model.v2", endpoint
        )
    ]

    assert [stage.title for stage in stages if stage.state == "failed"] == []
    assert stages[-1].state == "ok"


async def test_a_path_that_is_written_differently_is_the_same_model(
    tmp_path: Path, model_file: Path
) -> None:
    engine = LocalEngine(tmp_path)
    doubled = f"{model_file.parent}//{model_file.name}"

    first = await engine.connect(doubled, lambda _: None)
    second = await engine.connect(doubled, lambda _: None)

    assert first == second
    await engine.aclose()
