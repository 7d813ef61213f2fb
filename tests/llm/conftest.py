"""Servers to talk to."""

import asyncio
from collections.abc import AsyncGenerator

import pytest_asyncio

from tests.llm.scripted_server import ScriptedServer


@pytest_asyncio.fixture
async def scripted_server() -> AsyncGenerator[ScriptedServer]:
    """A server that answers as the test says."""
    scripted = ScriptedServer()
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0, limit=2**26)
    host, port = server.sockets[0].getsockname()
    scripted.url = f"http://{host}:{port}/v1"
    yield scripted
    server.close()
