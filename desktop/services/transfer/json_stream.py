"""The elements of a large JSON array one after the other, without reading all of it at once."""

import codecs
import json
from collections.abc import Generator
from typing import Any, Protocol

_CHUNK = 256 * 1024
_ARRAY = "conversations"


class Source(Protocol):
    """Something opened for reading bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; b'' at the end."""
        ...


class _Text:
    """The text that was read and not yet used."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._position = 0
        self._at_end = False

    def peek(self) -> str:
        """Return the next character that is no space; '' at the end."""
        while True:
            while self._position < len(self._text) and self._text[self._position] in " \t\r\n":
                self._position += 1
            if self._position < len(self._text):
                return self._text[self._position]
            if self._at_end:
                return ""
            self._read(_CHUNK)

    def take(self) -> str:
        """Use the next character that is no space."""
        character = self.peek()
        self._position += 1
        return character

    def value(self) -> Any:
        """Use the next value.

        Raises:
            ValueError: there is none, or it is cut off.
        """
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except ValueError:
                if self._at_end:
                    raise
                self._read(max(_CHUNK, len(self._text) - self._position))
            else:
                if end < len(self._text) or self._at_end:
                    self._position = end
                    return value
                self._read(_CHUNK)  # a number might go on

    def _read(self, size: int) -> None:
        data = self._source.read(size)
        self._at_end = not data
        self._text = self._text[self._position :] + self._decode.decode(data, self._at_end)
        self._position = 0


def elements(source: Source, head: dict[str, Any] | None = None) -> Generator[Any]:
    """Give the elements of the array that `source` is, or of its member `conversations`.

    The members before that go into `head`, before the first element is given.

    Raises:
        ValueError: it is no such JSON, or it is cut off; what came before was given.
    """
    text = _Text(source)
    if text.peek() == "{":
        _go_to_array(text, {} if head is None else head)
    if text.take() != "[":
        raise ValueError("there is no list of conversations in it")
    if text.peek() == "]":
        return
    while True:
        yield text.value()
        match text.take():
            case ",":
                continue
            case "]":
                return
            case _:
                raise ValueError("it is cut off")


def _go_to_array(text: _Text, head: dict[str, Any]) -> None:
    text.take()
    while text.peek() == '"':
        name = text.value()
        if text.take() != ":":
            break
        if name == _ARRAY:
            return
        head[str(name)] = text.value()
        if text.take() != ",":
            break
    raise ValueError("there is no list of conversations in it")
