"""Read an answer out of a response body, whatever the server really sent.

A streaming request is answered by an event stream, or by one JSON document, by JSON lines,
by a web page, by nothing. Bytes go in, chunks come out; no clock and no network here.
"""

import json
from typing import Any, Protocol

from desktop.llm.accumulator import Accumulator, MalformedAnswer, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.jsonvalues import as_object
from desktop.llm.sse import Event, EventDecoder

MAX_BODY_BYTES = 512 * 1024 * 1024
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024

_KEEP_ALIVE = {"ping", "keepalive"}
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
        if self.answer.ended and not self.events:
            raise NotAnAnswer("the stream ended before it began")
        try:
            if not self.answer.ended:
                self._body.close(shown)
        finally:
            self.answer.flush(shown)
        if not self.answer.finished:
            raise CutShort

    def take(self, event: Event, shown: list[LLMStreamChunk]) -> None:
        """Take one event of a stream."""
        if event.data == "[DONE]":
            self.answer.done_marker()
            return
        payload = _decode(event)
        if payload.get("type") in _KEEP_ALIVE or event.name in _KEEP_ALIVE:
            return
        self.events += 1
        if event.name == "error":
            raise ProviderFailure(payload)
        self.answer.feed(payload, shown)

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
    """One JSON document, or one a line."""

    def __init__(self, reader: AnswerReader) -> None:
        self._reader = reader
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes, shown: list[LLMStreamChunk]) -> None:
        self._size += len(data)
        if self._size > MAX_DOCUMENT_BYTES:
            raise BodyTooLarge
        self._pieces.append(data)

    def close(self, shown: list[LLMStreamChunk]) -> None:
        text = b"".join(self._pieces).decode("utf-8-sig", "replace")
        try:
            self._take_document(json.loads(text), shown)
        except RecursionError as error:
            raise MalformedAnswer("JSON nested too deeply") from error
        except json.JSONDecodeError:
            self._take_lines(text, shown)

    def _take_document(self, document: Any, shown: list[LLMStreamChunk]) -> None:
        answer = as_object(document[0] if isinstance(document, list) and document else document)
        if answer.get("error"):
            raise ProviderFailure(answer)
        self._reader.events += 1
        self._reader.answer.feed_whole(answer, shown)
        if not self._reader.answer.finished:
            raise NotAnAnswer("the JSON is no answer", beginning=json.dumps(answer)[:500])

    def _take_lines(self, text: str, shown: list[LLMStreamChunk]) -> None:
        for line in text.splitlines():
            data = line.strip().removeprefix("data:").strip()
            if data and not self._reader.answer.ended:
                try:
                    self._reader.take(Event("", data), shown)
                except MalformedAnswer as error:
                    raise CutShort from error


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


def _decode(event: Event) -> dict[str, Any]:
    """Return the event's JSON object; an error may be plain text."""
    try:
        payload = json.loads(event.data)
    except (ValueError, RecursionError) as error:
        if event.name == "error":
            return {"error": event.data}
        raise MalformedAnswer("an event is no JSON") from error
    if isinstance(payload, dict):
        return as_object(payload)
    if event.name == "error":
        return {"error": payload}
    raise MalformedAnswer("an event is no JSON object")
