"""Networks that come and go under a client that stays: cases S-15 to S-17."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Any

import pytest

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import LLMMessage
from desktop.llm.openai_client import OpenAIClient, prewarm
from desktop.llm.retry import RetryPolicy
from tests.faults.wire_server import Reply, WireServer
from tests.llm.chat_syntax_cases import DONE, HALLO, STOP, event, events

QUESTION = [LLMMessage(Role.USER, "Hello")]
ONE_TRY = RetryPolicy(tries=1)
GOOD = Reply(events(HALLO, STOP) + DONE)
NAME = "models.example"

SLEEPER = """
import asyncio, sys
from desktop.core.content import Role
from desktop.llm import LLMMessage
from desktop.llm.network import Limits, NetworkOptions
from desktop.llm.openai_client import OpenAIClient, prewarm
from desktop.llm.retry import RetryPolicy

async def main():
    limits = Limits(connect=1, first_byte=1, idle=1, stall=2, settle=1)
    client = OpenAIClient(
        "key-1234", "m", sys.argv[1], network=NetworkOptions(limits=limits),
        retry=RetryPolicy(tries=1),
    )
    async for chunk in client.stream([LLMMessage(Role.USER, "Hello")]):
        print(chunk.type, flush=True)
    await client.aclose()

asyncio.run(main())
"""


class Names:
    """A resolver: `found` are the addresses of our name; without any it is unknown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found: list[Any] = []
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)

    def __call__(self, host: Any, *rest: Any, **named: Any) -> Any:
        if host not in {NAME, NAME.encode()}:
            return self._real(host, *rest, **named)
        if not self.found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.found


def address(server: WireServer) -> Any:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))


@contextmanager
def dead_port(port: int) -> Generator[Any]:
    """Let connections to `port` of ::1 hang, by a queue of them that nobody takes."""
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket(socket.AF_INET6, socket.SOCK_STREAM))
        try:
            full.bind(("::1", port))
        except OSError:
            pytest.skip("this computer has no IPv6")
        full.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket(socket.AF_INET6, socket.SOCK_STREAM))
            waiting.setblocking(False)
            waiting.connect_ex(("::1", port))
        yield (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))


async def seconds_of_one_answer(port: int) -> float:
    client = OpenAIClient("key-1234", "m", f"http://{NAME}:{port}/v1", retry=ONE_TRY)
    started = monotonic()
    response = await client.complete(QUESTION)
    waited = monotonic() - started
    await client.aclose()
    assert response.content == "Hal"
    return waited


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a full queue hang")
async def test_s15_a_dead_address_beside_a_good_one_costs_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch)
    async with WireServer(GOOD) as server:
        await asyncio.to_thread(prewarm)
        with dead_port(server.port) as dead:
            names.found = [dead, address(server)]
            waits = [await seconds_of_one_answer(server.port) for _ in range(3)]

    # The quickest of some: the others may have waited for a busy machine.
    assert 0.2 < min(waits) < 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't stop a process")
async def test_s16_a_process_that_sleeps_within_an_answer_goes_on_or_ends() -> None:
    body = [piece for _ in range(20) for piece in (event(HALLO), 0.1)]
    async with WireServer(Reply([*body, events(STOP) + DONE])) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SLEEPER, server.url), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        first = await asyncio.wait_for(process.stdout.readline(), 60)
        os.kill(process.pid, signal.SIGSTOP)
        await asyncio.sleep(3)
        os.kill(process.pid, signal.SIGCONT)
        rest, _ = await asyncio.wait_for(process.communicate(), 30)

    assert first.strip() == b"delta"
    assert rest.split()[-1] in {b"done", b"error"}
    assert process.returncode == 0


async def test_s17_a_name_that_is_found_again_needs_no_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(monkeypatch)
    async with WireServer(GOOD) as server:
        client = OpenAIClient("key-1234", "m", f"http://{NAME}:{server.port}/v1", retry=ONE_TRY)
        with pytest.raises(LLMError) as caught:
            await client.complete(QUESTION)
        names.found = [address(server)]
        response = await client.complete(QUESTION)
        await client.aclose()

    assert caught.value.kind is ErrorKind.DNS
    assert response.content == "Hal"
