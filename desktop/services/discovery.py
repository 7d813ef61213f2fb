"""A quick look for model servers on this computer, at the ports they use by default."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from desktop.core.errors import LLMError
from desktop.llm import CompletionsConfig, LLMProvider, get_llm_client

_LOOK_SECONDS = 0.4
_LIST_SECONDS = 3.0

DEFAULT_PORTS = {
    "Ollama": 11434,
    "LM Studio": 1234,
    "llama.cpp": 8080,
    "vLLM": 8000,
    "Jan": 1337,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A server that answers on this computer; `models` are the ids that it lists."""

    name: str
    endpoint: str
    models: tuple[str, ...]


async def find_servers(ports: dict[str, int] | None = None) -> list[FoundServer]:
    """Return the servers that list their models, in the order of `ports`."""
    looks = [_look(name, port) for name, port in (ports or DEFAULT_PORTS).items()]
    return [found for found in await asyncio.gather(*looks) if found is not None]


async def _look(name: str, port: int) -> FoundServer | None:
    if not await _listens(port):
        return None
    endpoint = f"http://127.0.0.1:{port}/v1"
    client = get_llm_client(CompletionsConfig(LLMProvider.OPENAI_COMPATIBLE, "", "", endpoint))
    try:
        async with asyncio.timeout(_LIST_SECONDS):
            models = await client.list_models()
    except (LLMError, TimeoutError):
        # Something else listens there, or it wants a key: not for a list of one click.
        return None
    finally:
        await client.aclose()
    return FoundServer(name=name, endpoint=endpoint, models=tuple(m.id for m in models))


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
