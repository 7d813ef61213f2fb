"""Read an answer out of a response body, whatever the server really sent.

A streaming request is answered by an event stream, or by one JSON document, by JSON lines,
by a web page, by nothing. Bytes go in, chunks come out; no clock and no network here.
"""

import json
from typing import Any, Protocol

from desktop.llm.accumulator import Accumulator, MalformedAnswer, ProviderFailure
from desktop.llm.base import LLMStreamChunk
from desktop.llm.body_errors import BodyTooLarge, CutShort, NotAnAnswer
from desktop.llm.document_body import DocumentBody
from desktop.llm.jsonvalues import JSONObject, as_object, objects
from desktop.llm.sse import Event, EventDecoder

MAX_BODY_BYTES = 512 * 1024 * 1024

_KEEP_ALIVE = ("ping", "keepalive")
_END_MARKS = ("[DONE]", "DONE")
_SHOWN_OF_PAGE = 64 * 1024


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
            return DocumentBody(self)
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


def _unwrapped(payload: Any, name: str) -> JSONObject:
    """Return the object within a list, as Gemini wraps its errors."""
    found = objects(payload)
    failed = next((item for item in found if item.get("error")), None)
    if failed or len(found) == 1:
        return failed or found[0]
    if name == "error":
        return {"error": payload}
    raise MalformedAnswer("an event is no JSON object")
