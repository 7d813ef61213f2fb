"""A real llama.cpp server with a real model, for every test that needs a provider.

The model is fetched once and kept in `PARLEY_TEST_CACHE`, by default a directory in the
user's cache, so that the tests' own homes do not fetch it again.
"""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from platformdirs import user_cache_path

from desktop.local.child import Order
from desktop.local.fetch import fetch
from desktop.local.model_file import DEMO_MODEL
from desktop.local.server import CHILD, LocalConnection

ENDLESS_CHILD = (sys.executable, "-m", "tests.endless_child")


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The directory that holds the demo model, fetched and verified."""
    named = os.environ.get("PARLEY_TEST_CACHE")
    directory = (Path(named) if named else user_cache_path("parley-tests")) / "models"
    directory.mkdir(parents=True, exist_ok=True)
    # In a thread: this one may have an event loop that a test is about to use.
    with FileLock(directory / ".lock"), ThreadPoolExecutor(1) as pool:
        pool.submit(_fetch_demo_model, directory).result()
    return directory


def _fetch_demo_model(directory: Path) -> None:
    asyncio.run(fetch(DEMO_MODEL, directory, lambda _: None))


@pytest.fixture(scope="session")
def llama_server(models_dir: Path) -> Iterator[LocalConnection]:
    """A server that runs for the whole session; it answers both wire formats, without end."""
    with _serving(models_dir, secrets.token_urlsafe(24), ENDLESS_CHILD) as connection:
        yield connection


@pytest.fixture
def keyless_server(models_dir: Path) -> Iterator[LocalConnection]:
    """A server as Ollama and its like are: it asks for no key."""
    with _serving(models_dir, "", CHILD) as connection:
        yield connection


@contextmanager
def _serving(models_dir: Path, key: str, command: Sequence[str]) -> Generator[LocalConnection]:
    order = Order(
        model=str(DEMO_MODEL.path_in(models_dir)),
        name=DEMO_MODEL.name,
        key=key,
    )
    with subprocess.Popen(
        command,
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(order.to_line())
            child.stdin.flush()
            address = json.loads(child.stdout.readline())["address"]
            yield LocalConnection(f"{address}/v1", order.key, order.name)
        finally:
            child.kill()
