"""A loopback server that sends exactly the bytes a test wants, and breaks off as told."""

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Literal, Self

EVENT_STREAM = "text/event-stream"
JSON = "application/json"

Ending = Literal["close", "reset", "hold"]
Framing = Literal["close", "length", "chunked", "cut length", "cut chunked"]


@dataclass(frozen=True)
class Request:
    """What a client sent; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """A response: `body` is pieces to send and pauses in seconds between them.

    `ending`: close the connection, reset it, or hold it open until the client leaves.
    `framing` tells how the body's length is given; the cut ones promise more than comes.
    `raw` replaces everything by its bytes.
    """

    body: bytes | Sequence[bytes | float] = b""
    status: int = 200
    content_type: str = EVENT_STREAM
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = "close"
    framing: Framing = "close"
    delay: float = 0.0
    raw: bytes | None = None

    def pieces(self) -> Sequence[bytes | float]:
        return [self.body] if isinstance(self.body, bytes) else self.body

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Whatever", f"content-type: {self.content_type}"]
        size = sum(len(piece) for piece in self.pieces() if isinstance(piece, bytes))
        if self.framing == "close":
            lines.append("connection: close")
        elif "chunked" in self.framing:
            lines.append("transfer-encoding: chunked")
        else:
            lines.append(f"content-length: {size + (100 if 'cut' in self.framing else 0)}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


class WireServer:
    """Answers every request with the next reply, the last one for ever; or as `choose` says."""

    def __init__(self, *replies: Reply, choose: Callable[[Request], Reply] | None = None) -> None:
        self.replies = list(replies)
        self._choose = choose
        self.requests: list[Request] = []
        self.client_left = asyncio.Event()
        self.client_left_at = 0.0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base URL of the OpenAI dialects."""
        return f"{self.origin}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            self._left()
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; tell whether the connection stays."""
        request = await _read_request(reader)
        self.requests.append(request)
        number = min(len(self.requests), len(self.replies)) - 1
        reply = self._choose(request) if self._choose else self.replies[number]
        await asyncio.sleep(reply.delay)
        await _send(reply, writer)
        if reply.ending == "hold":
            await reader.read()
            self._left()
        elif reply.ending == "reset":
            _reset(writer)
        return (
            reply.ending == "close"
            and reply.raw is None
            and reply.framing
            in {
                "length",
                "chunked",
            }
        )

    def _left(self) -> None:
        if not self.client_left.is_set():
            self.client_left_at = monotonic()
            self.client_left.set()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, value in (line.split(":", 1) for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)


async def _send(reply: Reply, writer: asyncio.StreamWriter) -> None:
    if reply.raw is not None:
        writer.write(reply.raw)
        await writer.drain()
        return
    writer.write(reply.head())
    for piece in reply.pieces():
        if isinstance(piece, bytes):
            writer.write(_framed(piece, reply.framing))
            await writer.drain()
        else:
            await asyncio.sleep(piece)
    if reply.framing == "chunked":
        writer.write(b"0\r\n\r\n")
    await writer.drain()


def _framed(piece: bytes, framing: Framing) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece) if "chunked" in framing and piece else piece


def _reset(writer: asyncio.StreamWriter) -> None:
    """Make the kernel send RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
