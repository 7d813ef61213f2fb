"""A real server on this computer that lists models and counts who asks, for tests."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class ModelServer:
    """`models` are listed to everybody with `key`, `delay` seconds after the request.

    While `may_answer` is not set, nothing is answered.
    """

    models: list[str] = field(default_factory=lambda: ["alpha", "beta"])
    key: str | None = None
    delay: float = 0.0
    status: int = 200
    keys_seen: list[str] = field(default_factory=list[str])
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _answers: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def start(self) -> None:
        """Listen on a free port."""
        self.may_answer.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        """End all connections."""
        assert self._server is not None
        self._server.close()
        for answer in self._answers:
            answer.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    @property
    def endpoint(self) -> str:
        """The base URL."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._answer(reader, writer))
        self._answers.add(task)
        with suppress(asyncio.CancelledError):
            await task
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = _header(head, "content-length")
            await reader.readexactly(int(length or 0))
            self.keys_seen.append(_header(head, "authorization").removeprefix("Bearer "))
            await self.may_answer.wait()
            await asyncio.sleep(self.delay)
            status, body = self._reply(head)
            content = json.dumps(body).encode()
            writer.write(
                f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
                + content
            )
            await writer.drain()

    def _reply(self, head: str) -> tuple[int, object]:
        if self.status != 200:
            return self.status, {"error": {"message": "The server has a bad day."}}
        if self.key is not None and f"Bearer {self.key}" not in head:
            return 401, {"error": {"message": "wrong key", "code": "invalid_api_key"}}
        if "/models" not in head.split("\r\n", maxsplit=1)[0]:
            return 404, {"error": {"message": "no such page"}}
        return 200, {"object": "list", "data": [{"id": name} for name in self.models]}


def _header(head: str, name: str) -> str:
    lines = (line.partition(":") for line in head.split("\r\n")[1:])
    return next((value.strip() for key, _, value in lines if key.strip().lower() == name), "")
