"""Servers to talk to."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from tests.llm.scripted_server import ScriptedServer


@pytest_asyncio.fixture
async def scripted_server() -> AsyncGenerator[ScriptedServer]:
    """A server that answers as the test says."""
    scripted = ScriptedServer()
    async with scripted.listening() as port:
        scripted.url = f"http://127.0.0.1:{port}/v1"
        yield scripted
