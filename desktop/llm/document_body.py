"""Read an answer that comes as one JSON document, or as one JSON object a line."""

import json
from typing import Any, Protocol

from desktop.llm.accumulator import Accumulator, MalformedAnswer, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.body_errors import BodyTooLarge, CutShort, NotAnAnswer
from desktop.llm.event_forms import is_flat_error, is_stream_event
from desktop.llm.jsonvalues import JSONObject, as_object, objects
from desktop.llm.sse import MAX_EVENT_BYTES, Event, EventTooLarge

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024


class Reader(Protocol):
    """Where events go; `events` counts them."""

    answer: Accumulator
    events: int

    def take(self, event: Event, shown: list[LLMStreamChunk]) -> None:
        """Take an event as text."""
        ...

    def take_object(self, payload: JSONObject, name: str, shown: list[LLMStreamChunk]) -> None:
        """Take an event as JSON."""
        ...


class DocumentBody:
    """One JSON document, or one a line, which is known once the first line is there."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._pieces: list[bytes] = []
        self._size = 0
        self._has_line = False
        self._lines: _LinesBody | None = None

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        """Add what the lines in `data` show to `shown`; a document is read when it is whole."""
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
        """Add what the end shows to `shown`.

        Raises:
            CutShort: the last line, or the document, is not whole.
            NotAnAnswer: the document is something else.
            ProviderFailure, MalformedAnswer: as `Accumulator.feed`.
        """
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
                if not self._reader.answer.ended:
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

    def __init__(self, reader: Reader) -> None:
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


def _is_event(line: bytes) -> bool:
    try:
        value: Any = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return False
    return is_stream_event(as_object(value)) or bool(as_object(value).get("error"))
