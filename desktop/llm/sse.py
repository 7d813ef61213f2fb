"""Decode a server-sent event stream from bytes, however they were cut.

WHATWG HTML, section "Server-sent events", with three additions for real servers: a line
`error: …` is an event named error (llama.cpp until 2025-09), a line that begins with `{`
is data whose field name was forgotten, and where the first line of data is a whole JSON
object and more data follows it without an empty line, every line is an event.
"""

import json
import re
from typing import NamedTuple

MAX_EVENT_BYTES = 16 * 1024 * 1024

_NAME_LINE = re.compile(rb"event: [\w.]+\n")
_TWO_DATA_LINES = re.compile(rb"^data:(.*)\n[ \t]*\n?(?:event:.*\n)?data:", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event; `name` is '' unless the server gave one, `data` is never empty."""

    name: str
    data: str


class EventTooLarge(ValueError):
    """The server sent more than `MAX_EVENT_BYTES` without ending the event."""


class EventDecoder:
    """Turns pieces of bytes into events; the end of the stream ends the last event."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max_event_bytes = max_event_bytes
        self._pieces: list[bytes] = []
        self._size = 0
        self._last = b""
        self._after_cr = False
        self._at_start = True
        self._framed = False  # known whether an empty line or every line ends an event
        self._by_line = False
        self._name = ""

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that `data` completes.

        Raises:
            EventTooLarge: the limit is passed; nothing more can be read.
        """
        if self._at_start:
            data = self._without_bom(data)
        if self._after_cr or b"\r" in data:
            data = self._with_plain_newlines(data)
        if self._by_line:
            data = data.replace(b"\n", b"\n\n")
        if not data:
            return []
        complete = b"\n\n" in data or (self._last == b"\n" and data.startswith(b"\n"))
        self._last = data[-1:]
        self._pieces.append(data)
        self._size += len(data)
        if complete or (not self._framed and b"\n" in data and self._is_by_line()):
            return self._completed()
        if self._size > self._max_event_bytes:
            raise EventTooLarge
        return []

    def close(self) -> list[Event]:
        """Return the event that the end of the stream completes, if any."""
        block = b"".join(self._pieces)
        self._pieces.clear()
        return self._named([block]) if self._by_line else _events([block])

    def _without_bom(self, data: bytes) -> bytes:
        """Take the byte order mark off, once enough has come to tell."""
        self._pieces.append(data)
        start = b"".join(self._pieces)
        if len(start) < len(_BOM) and _BOM.startswith(start):
            return b""
        self._pieces.clear()
        self._at_start = False
        return start.removeprefix(_BOM)

    def _with_plain_newlines(self, data: bytes) -> bytes:
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            self._after_cr = False
        if data:
            self._after_cr = data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _is_by_line(self) -> bool:
        """Tell whether every line is an event, and set up reading them so."""
        pending = b"".join(self._pieces)
        lines = _TWO_DATA_LINES.search(pending)
        if lines is None:
            return False
        self._framed, self._by_line = True, _is_object(lines[1])
        if self._by_line:
            self._pieces = [pending.replace(b"\n", b"\n\n")]
        return self._by_line

    def _completed(self) -> list[Event]:
        blocks = b"".join(self._pieces).split(b"\n\n")
        if self._size > self._max_event_bytes < max(map(len, blocks)):
            raise EventTooLarge
        rest = blocks.pop()
        self._pieces = [rest] if rest else []
        self._size = len(rest)
        events = self._named(blocks) if self._by_line else _events(blocks)
        self._framed = self._framed or bool(events)
        return events

    def _named(self, lines: list[bytes]) -> list[Event]:
        """Return the events of single lines, each under the name that a line before it gave."""
        events: list[Event] = []
        for line in lines:
            event = _parse(line)
            if event.data:
                events.append(Event(event.name or self._name, event.data))
                self._name = ""
            else:
                self._name = event.name or self._name
        return events


def _events(blocks: list[bytes]) -> list[Event]:
    events: list[Event] = []
    for block in blocks:
        head, _, data = block.partition(b"data: ")
        if b"\n" in data or (head and not _NAME_LINE.fullmatch(head)):
            event = _parse(block)
        else:  # the usual event, one line of data with or without a name, needs no loop
            event = Event(head[7:-1].decode(), data.decode("utf-8", "replace"))
        if event.data:
            events.append(event)
    return events


def _parse(block: bytes) -> Event:
    name = b""
    data: list[bytes] = []
    for line in block.split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value
        elif field == b"error":
            name = field
            data.append(value)
        elif line.startswith(b"{") and line.endswith(b"}"):
            data.append(line)
    return Event(name.decode("utf-8", "replace"), b"\n".join(data).decode("utf-8", "replace"))


def _is_object(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False
