"""A loopback HTTP server that answers as a test says and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = bytes | Callable[[Request], bytes]


def reply(payload: object, status: int = 200, **headers: str) -> bytes:
    """Return a whole response: JSON of `payload`, or its bytes and text as they are."""
    raw = isinstance(payload, bytes | str)
    body = payload if raw else json.dumps(payload)
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    headers = {"content-type": "text/html" if raw else "application/json", **named}
    lines = [
        f"HTTP/1.1 {status} Scripted",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    lines += [f"content-length: {len(data)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode() + data


@dataclass
class ScriptedServer:
    """Gives each request the next answer of its path, and the last one again and again.

    An empty answer keeps the connection open without a word.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    requests: list[Request] = field(default_factory=list[Request])
    closed_early: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def on(self, path: str, *answers: Answer) -> None:
        self.answers[path] = list(answers)

    @asynccontextmanager
    async def listening(self, ssl: SSLContext | None = None) -> AsyncGenerator[int]:
        """Listen on a free port, and leave no connection behind."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=ssl, limit=2**26)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort() if task.cancelling() else writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read_request(reader)
        self.requests.append(request)
        answer = self._next(request.path)
        data = answer(request) if callable(answer) else answer
        if data:
            writer.write(data)
            await writer.drain()
        elif not await reader.read(1):
            self.closed_early.set()

    def _next(self, path: str) -> Answer:
        answers = self.answers.get(path)
        if not answers:
            return reply({"error": {"message": f"nothing at {path}"}}, 404)
        return answers.pop(0) if len(answers) > 1 else answers[0]


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)
