"""CPU time of a streamed chunk: ours, a raw httpx2 loop, and the SDKs' typed streams.

Each reader runs in a process of its own, for its peak memory; the server in another.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.stream_server import running

CHUNKS = 100_000
FEW = 10_000
ROUNDS = 3
BUDGET = 2.5
MEMORY_BUDGET_MB = 90
DIALECTS = ("chat", "responses", "messages")
PATHS = {"chat": "/v1/chat/completions", "responses": "/v1/responses", "messages": "/v1/messages"}

Reader = Callable[[str, str], Awaitable[int]]


async def read_raw(dialect: str, base: str) -> int:
    import httpx2

    count = 0
    async with (
        httpx2.AsyncClient(trust_env=False) as client,
        client.stream("POST", base + PATHS[dialect], json={}) as response,
    ):
        rest = b""
        async for data in response.aiter_bytes():
            *blocks, rest = (rest + data).split(b"\n\n")
            for block in blocks:
                line = block[block.index(b"data: ") + 6 :]
                if line != b"[DONE]":
                    json.loads(line)
                    count += 1
    return count


async def read_ours(dialect: str, base: str) -> int:
    from desktop.core.content import Role
    from desktop.llm.base import LLMMessage

    if dialect == "messages":
        from desktop.llm.anthropic_client import AnthropicClient

        client = AnthropicClient("key-1234", "m", base)
    else:
        from desktop.llm.openai_client import OpenAIClient

        api = "responses" if dialect == "responses" else "chat"
        client = OpenAIClient("key-1234", "m", base + "/v1", api=api)
    count = 0
    async for chunk in client.stream([LLMMessage(Role.USER, "Hello")]):
        assert chunk.error is None, chunk.error
        count += 1
    await client.aclose()
    return count


async def read_typed(dialect: str, base: str) -> int:
    count = 0
    if dialect == "messages":
        from anthropic import AsyncAnthropic

        anthropic = AsyncAnthropic(api_key="key-1234", base_url=base)
        async for _ in await anthropic.messages.create(
            model="m", max_tokens=9, messages=[{"role": "user", "content": "Hello"}], stream=True
        ):
            count += 1
        return count
    from openai import AsyncOpenAI

    openai = AsyncOpenAI(api_key="key-1234", base_url=base + "/v1")
    if dialect == "responses":
        async for _ in await openai.responses.create(model="m", input="Hello", stream=True):
            count += 1
        return count
    async for _ in await openai.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "Hello"}], stream=True
    ):
        count += 1
    return count


READERS: dict[str, Reader] = {"raw": read_raw, "ours": read_ours, "typed": read_typed}


async def _measure(reader: str, dialect: str, origin: str, count: int) -> None:
    read = READERS[reader]
    await read(dialect, f"{origin}/10")  # imports and the first connection are not the stream's
    started = time.process_time()
    chunks = await read(dialect, f"{origin}/{count}")
    seconds = time.process_time() - started
    assert chunks >= count, chunks
    print(json.dumps({"us": seconds / count * 1e6, "mb": _peak_mb()}))


def _peak_mb() -> float:
    """Return this program's own peak; `ru_maxrss` would count that of its parent's, too."""
    status = Path("/proc/self/status").read_text("ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes.split()[1]) * 1024 / 1e6


def _run(reader: str, dialect: str, origin: str, count: int = CHUNKS) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.stream", reader, dialect, origin, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return json.loads(done.stdout)


def measure(dialect: str) -> Iterator[Figure]:
    """Yield the figure of one dialect, and print what it is compared with."""
    times: dict[str, list[float]] = {name: [] for name in READERS}
    peaks: dict[str, list[float]] = {name: [] for name in READERS}
    with running() as origin:
        few = _run("ours", dialect, origin, FEW)["mb"]
        for _ in range(ROUNDS):
            for name in READERS:
                seen = _run(name, dialect, origin)
                times[name].append(seen["us"])
                peaks[name].append(seen["mb"])
    us = {name: median(values) for name, values in times.items()}
    mb = {name: median(values) for name, values in peaks.items()}
    typed = "openai" if dialect != "messages" else "anthropic"
    print(
        f"stream.{dialect}: {us['ours']:.1f} µs a chunk; raw {us['raw']:.1f}; "
        f"typed {typed} {us['typed']:.1f} ({us['ours'] / us['typed']:.0%} of it); "
        f"peak {mb['ours']:.0f} MB (budget {MEMORY_BUDGET_MB}), with {FEW} chunks {few:.0f} MB",
        file=sys.stderr,
    )
    yield figure(f"stream.{dialect}", us["ours"], "µs", floor=us["raw"], budget=BUDGET)


BENCHMARKS = {f"stream.{dialect}": partial(measure, dialect) for dialect in DIALECTS}


if __name__ == "__main__":
    name, wire, server, number = sys.argv[1:]
    asyncio.run(_measure(name, wire, server, int(number)))
