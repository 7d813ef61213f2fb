"""Read an answer out of a response body, whatever the server really sent.

A streaming request is answered by an event stream, or by one JSON document, by JSON lines,
by a web page, by nothing. Bytes go in, chunks come out; no clock and no network here.
"""

import json
from typing import Any, Protocol

from desktop.llm.accumulator import Accumulator, MalformedAnswer, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.event_forms import is_flat_error, is_stream_event
from desktop.llm.jsonvalues import JSONObject, as_object, objects
from desktop.llm.sse import MAX_EVENT_BYTES, Event, EventDecoder, EventTooLarge

MAX_BODY_BYTES = 512 * 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024

_KEEP_ALIVE = ("ping", "keepalive")
_END_MARKS = ("[DONE]", "DONE")
_SHOWN_OF_PAGE = 64 * 1024


class BodyTooLarge(ValueError):
    """The server sent more than any answer can be."""


class NotAnAnswer(ValueError):
    """The body is something else; `beginning` is its first text, `page` tells a web page."""

    def __init__(self, message: str, *, beginning: str = "", page: bool = False) -> None:
        super().__init__(message)
        self.beginning = beginning
        self.page = page


class CutShort(ValueError):
    """The body ended before the provider said that the answer had."""


class _Body(Protocol):
    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None: ...
    def close(self, shown: list[LLMStreamChunk]) -> None: ...


class AnswerReader:
    """Feeds an accumulator from bytes; `events` counts what was more than a keep-alive."""

    def __init__(self, answer: Accumulator) -> None:
        self.answer = answer
        self.events = 0
        self._start = b""
        self._size = 0
        self._body: _Body | None = None

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        """Add what `data` shows to `shown`, up to the point of an error.

        Raises:
            ProviderFailure: the provider reported an error.
            ValueError: the body can't be read on: `NotAnAnswer`, `MalformedAnswer`,
                `EventTooLarge`, `AnswerTooLarge`, `BodyTooLarge`.
        """
        self._size += len(data)
        if self._size > MAX_BODY_BYTES:
            raise BodyTooLarge
        if self._body is None:
            data = self._start = (self._start + data).lstrip()
            first = self._start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
            if not first or first == b"\xef":
                return
            self._body = self._sniff(first)
        self._body.feed(data, shown)

    def close(self, shown: list[LLMStreamChunk]) -> None:
        """Add what the end of the body shows to `shown`.

        Raises:
            CutShort: the answer is not whole.
            ProviderFailure, ValueError: as `feed`.
        """
        if self._body is None:
            raise NotAnAnswer("the body is empty")
        try:
            if not self.answer.ended:
                self._body.close(shown)
        finally:
            self.answer.flush(shown)
        if self.answer.ended and not self.events:
            raise NotAnAnswer("the stream ended before it began")
        if not self.answer.finished:
            raise CutShort

    def take(self, event: Event, shown: list[LLMStreamChunk]) -> None:
        """Take one event of a stream."""
        try:
            payload: Any = json.loads(event.data)
        except (ValueError, RecursionError) as error:
            if not self._take_text(event, shown):
                raise MalformedAnswer("an event is no JSON") from error
            return
        if isinstance(payload, dict):
            self.take_object(as_object(payload), event.name, shown)
        elif payload is not None and not self.answer.finished:
            self.take_object(_unwrapped(payload, event.name), event.name, shown)

    def take_object(self, payload: JSONObject, name: str, shown: list[LLMStreamChunk]) -> None:
        """Take the JSON object of an event called `name`, or '' without a name."""
        kind = payload.get("type")
        if kind in _KEEP_ALIVE or name in _KEEP_ALIVE:
            return
        self.events += 1
        if name == "error":
            raise ProviderFailure(payload)
        if name and not kind and self.answer.typed_events:
            payload["type"] = name
        self.answer.feed(payload, shown)

    def _take_text(self, event: Event, shown: list[LLMStreamChunk]) -> bool:
        """Take data that is no JSON: an end mark, an error in words, an event on each line.

        What comes after the end of the answer may be anything.
        """
        if event.data.strip() in _END_MARKS:
            self.answer.done_marker()
            return True
        if event.name == "error":
            self.events += 1
            raise ProviderFailure({"error": event.data})
        lines = [line for line in event.data.split("\n") if line.strip()]
        for line in lines if len(lines) > 1 else ():
            if not self.answer.ended:
                self.take(Event("", line), shown)
        return len(lines) != 1 or self.answer.finished

    def _sniff(self, first: bytes) -> _Body:
        if first == b"<":
            return _PageBody()
        if first in {b"{", b"["}:
            return _DocumentBody(self)
        return _EventBody(self)


class _EventBody:
    def __init__(self, reader: AnswerReader) -> None:
        self._reader = reader
        self._decoder = EventDecoder()
        self._beginning = b""

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        if not self._reader.events and len(self._beginning) < _SHOWN_OF_PAGE:
            self._beginning += data[:_SHOWN_OF_PAGE]
        self._take(self._decoder.feed(data), shown)

    def close(self, shown: list[LLMStreamChunk]) -> None:
        try:
            self._take(self._decoder.close(), shown)
        except MalformedAnswer as error:
            raise CutShort from error
        if not self._reader.events and not self._reader.answer.finished:
            raise NotAnAnswer("no event came", beginning=_as_text(self._beginning))

    def _take(self, events: list[Event], shown: list[LLMStreamChunk]) -> None:
        for event in events:
            self._reader.take(event, shown)
            if self._reader.answer.ended:
                break


class _DocumentBody:
    """One JSON document, or one a line, which is known once the first line is there."""

    def __init__(self, reader: AnswerReader) -> None:
        self._reader = reader
        self._pieces: list[bytes] = []
        self._size = 0
        self._has_line = False
        self._lines: _LinesBody | None = None

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        if self._lines is not None:
            self._lines.feed(data, shown)
            return
        self._size += len(data)
        if self._size > MAX_DOCUMENT_BYTES:
            raise BodyTooLarge
        self._pieces.append(data)
        if b"\n" in data and not self._has_line:
            self._has_line = True
            self._take_first_line(shown)

    def close(self, shown: list[LLMStreamChunk]) -> None:
        if self._lines is not None:
            self._lines.close(shown)
            return
        body = b"".join(self._pieces)
        try:
            document = json.loads(body.decode("utf-8-sig", "replace"))
        except RecursionError as error:
            raise MalformedAnswer("JSON nested too deeply") from error
        except ValueError:
            self._take_lines(body, shown)
        else:
            self._take_document(document, shown)

    def _take_first_line(self, shown: list[LLMStreamChunk]) -> None:
        body = b"".join(self._pieces)
        if _is_event(body.partition(b"\n")[0]):
            self._pieces.clear()
            self._lines = _LinesBody(self._reader)
            self._lines.feed(body, shown)

    def _take_document(self, document: Any, shown: list[LLMStreamChunk]) -> None:
        parts = objects(document) or [as_object(document)]
        if any(map(is_stream_event, parts)):
            for part in parts:
                self._reader.take_object(part, "", shown)
            return
        answer = parts[0]
        if answer.get("error") or is_flat_error(answer):
            raise ProviderFailure(answer)
        self._reader.events += 1
        self._reader.answer.feed_whole(answer, shown)
        if not self._reader.answer.finished:
            raise NotAnAnswer("the JSON is no answer", beginning=json.dumps(answer)[:500])

    def _take_lines(self, body: bytes, shown: list[LLMStreamChunk]) -> None:
        lines = _LinesBody(self._reader)
        try:
            lines.feed(body, shown)
            lines.close(shown)
        except MalformedAnswer as error:
            raise CutShort from error


class _LinesBody:
    """One JSON object a line; only U+000A ends a line, others may stand in a string."""

    def __init__(self, reader: AnswerReader) -> None:
        self._reader = reader
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        self._pieces.append(data)
        self._size += len(data)
        if b"\n" in data:
            *lines, rest = b"".join(self._pieces).split(b"\n")
            self._pieces, self._size = [rest], len(rest)
            for line in lines:
                self._take(line, shown)
        if self._size > MAX_EVENT_BYTES:
            raise EventTooLarge

    def close(self, shown: list[LLMStreamChunk]) -> None:
        try:
            self._take(b"".join(self._pieces), shown)
        except MalformedAnswer as error:
            raise CutShort from error

    def _take(self, line: bytes, shown: list[LLMStreamChunk]) -> None:
        data = line.decode("utf-8-sig", "replace").strip().removeprefix("data:").strip()
        if data and not self._reader.answer.ended:
            self._reader.take(Event("", data), shown)


class _PageBody:
    def __init__(self) -> None:
        self._text = b""

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        self._text += data
        if len(self._text) > _SHOWN_OF_PAGE:
            self.close(shown)

    def close(self, shown: list[LLMStreamChunk]) -> None:
        raise NotAnAnswer("a web page came", beginning=_as_text(self._text), page=True)


def _as_text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()


def _is_event(line: bytes) -> bool:
    try:
        value: Any = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return False
    return is_stream_event(as_object(value)) or bool(as_object(value).get("error"))


def _unwrapped(payload: Any, name: str) -> JSONObject:
    """Return the object within a list, as Gemini wraps its errors."""
    found = objects(payload)
    failed = next((item for item in found if item.get("error")), None)
    if failed or len(found) == 1:
        return failed or found[0]
    if name == "error":
        return {"error": payload}
    raise MalformedAnswer("an event is no JSON object")
