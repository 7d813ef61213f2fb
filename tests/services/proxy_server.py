"""A proxy for plain HTTP on this machine that answers for every server itself, for tests."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = {"id": "c", "object": "chat.completion.chunk", "model": "m", "created": 1}
ANSWER = [
    {**CHUNK, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "OK"}}]},
    {**CHUNK, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
]


@dataclass
class ProxyServer:
    """Remembers the request lines and the passwords that came."""

    requests: list[str] = field(default_factory=list[str])
    passwords: set[str] = field(default_factory=set[str])
    _server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Stop listening."""
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever only looks whether it listens says nothing.
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *headers = head.split("\r\n")
        values = dict(each.lower().split(": ", 1) for each in headers if ": " in each)
        await reader.readexactly(int(values.get("content-length", "0")))
        self.requests.append(line)
        originals = [each for each in headers if each.lower().startswith("proxy-authorization")]
        self.passwords |= {each.split(": ", 1)[1] for each in originals}
        writer.write(_response(line))
        await writer.drain()


def _response(line: str) -> bytes:
    if "/v1/models" in line:
        kind, body = "application/json", json.dumps({"data": [{"id": "m", "object": "model"}]})
    elif "/v1/embeddings" in line:
        item = {"object": "embedding", "index": 0, "embedding": [0.6, 0.8]}
        kind, body = "application/json", json.dumps({"data": [item], "model": "m"})
    else:
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in ANSWER]
        kind, body = "text/event-stream", "".join([*lines, "data: [DONE]\n\n"])
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n"
    return f"{head}connection: close\r\n\r\n{body}".encode()
