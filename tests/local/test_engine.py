"""The engine: one child for everybody, a new one when it died, none after the end."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx2
import psutil
import pytest

from desktop.core.errors import LocalModelError
from desktop.local.engine import LocalEngine
from desktop.local.fetch import Progress
from desktop.local.model_file import DEMO_MODEL
from desktop.local.server import LocalConnection


def ignore(progress: Progress) -> None:
    """Progress that a test does not look at."""


@pytest.fixture
async def engine(models_dir: Path) -> AsyncIterator[LocalEngine]:
    engine = LocalEngine(models_dir)
    yield engine
    await engine.aclose()


async def answers(connection: LocalConnection) -> bool:
    headers = {"Authorization": f"Bearer {connection.api_key}"}
    async with httpx2.AsyncClient(headers=headers) as client:
        return (await client.get(f"{connection.endpoint}/models")).status_code == 200


async def test_everybody_gets_the_same_child(
    engine: LocalEngine, new_children: Callable[[], list[psutil.Process]]
) -> None:
    connections = await asyncio.gather(*(engine.connect(DEMO_MODEL.name, ignore) for _ in range(4)))

    assert len(set(connections)) == 1
    assert len(new_children()) == 1
    assert await answers(connections[0])


async def test_a_child_that_died_is_replaced(
    engine: LocalEngine, new_children: Callable[[], list[psutil.Process]]
) -> None:
    first = await engine.connect(DEMO_MODEL.name, ignore)
    (child,) = new_children()
    child.kill()
    while engine.running:
        await asyncio.sleep(0.01)

    second = await engine.connect(DEMO_MODEL.name, ignore)

    assert second != first
    assert await answers(second)


async def test_a_file_of_the_users_own_replaces_the_model(
    engine: LocalEngine,
    models_dir: Path,
    tmp_path: Path,
    new_children: Callable[[], list[psutil.Process]],
) -> None:
    own = tmp_path / "own.gguf"
    own.symlink_to(DEMO_MODEL.path_in(models_dir))
    await engine.connect(DEMO_MODEL.name, ignore)

    connection = await engine.connect(str(own), ignore)

    assert connection.model == str(own)
    assert len(new_children()) == 1
    assert await answers(connection)


async def test_the_steps_are_told_in_order(engine: LocalEngine) -> None:
    seen: list[Progress] = []

    await engine.connect(DEMO_MODEL.name, seen.append)

    assert list(dict.fromkeys(progress.step for progress in seen)) == ["check", "start"]
    assert seen[-1].fraction == 1.0


async def test_closing_ends_the_child(
    models_dir: Path, new_children: Callable[[], list[psutil.Process]]
) -> None:
    engine = LocalEngine(models_dir)
    await engine.connect(DEMO_MODEL.name, ignore)

    await engine.aclose()

    assert new_children() == []


async def test_without_the_engine_the_command_that_installs_it_is_told(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)

    assert not engine.available()
    with pytest.raises(LocalModelError, match=r'-m pip install "parley-desktop\[local\]"'):
        await engine.connect(DEMO_MODEL.name, ignore)
