"""A server process that streams as many chunks as its path asks for, as fast as it can."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

WRITE = 64 * 1024
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


def _data(payload: dict[str, Any], name: str = "") -> bytes:
    line = f"event: {name}\n" if name else ""
    return f"{line}data: {json.dumps(payload, separators=(',', ':'))}\n\n".encode()


def _chat(count: int) -> Iterator[bytes]:
    chunk: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "system_fingerprint": "fp_1",
    }
    for number in range(count):
        choice = {"index": 0, "delta": {"content": f" w{number}"}, "finish_reason": None}
        yield _data({**chunk, "choices": [choice]})
    yield _data({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield b"data: [DONE]\n\n"


def _responses(count: int) -> Iterator[bytes]:
    kind = "response.output_text.delta"
    for number in range(count):
        place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        delta = {"type": kind, "sequence_number": number, **place, "delta": f" w{number}"}
        yield _data({**delta, "logprobs": [], "obfuscation": "xxxxxxxx"}, kind)
    response = {"id": "resp_1", "object": "response", "status": "completed", "output": []}
    yield _data({"type": "response.completed", "response": response}, "response.completed")


def _messages(count: int) -> Iterator[bytes]:
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "m",
    }
    message["usage"] = {"input_tokens": 1, "output_tokens": 1}
    yield _data({"type": "message_start", "message": message}, "message_start")
    block = {"type": "text", "text": ""}
    start = {"type": "content_block_start", "index": 0, "content_block": block}
    yield _data(start, "content_block_start")
    for number in range(count):
        delta = {"type": "text_delta", "text": f" w{number}"}
        event = {"type": "content_block_delta", "index": 0, "delta": delta}
        yield _data(event, "content_block_delta")
    yield _data({"type": "content_block_stop", "index": 0}, "content_block_stop")
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    yield _data({**end, "usage": {"output_tokens": count}}, "message_delta")
    yield _data({"type": "message_stop"}, "message_stop")


_BY_END = {"completions": _chat, "responses": _responses, "messages": _messages}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    await reader.readexactly(int(length[1]) if length else 0)
    path = head.split()[1].decode()
    count, kind = int(path.split("/")[1]), path.rsplit("/", 1)[1]
    body = b"".join(_BY_END[kind](count))
    writer.write(HEAD)
    for start in range(0, len(body), WRITE):
        writer.write(body[start : start + WRITE])
        await writer.drain()
    writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def running() -> Generator[str]:
    """Start the server in a process of its own and yield its origin."""
    command = [sys.executable, "-m", "tests.benchmarks.stream_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(_main())
