"""Collect an answer's text without copying it for every piece."""

import re

MAX_CHARACTERS = 32 * 1024 * 1024

_PIECES_PER_BLOCK = 512
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class AnswerTooLarge(ValueError):
    """The answer has more than `MAX_CHARACTERS`."""


class TextBuffer:
    """Text in pieces; it is always valid Unicode.

    Some servers cut an escaped surrogate pair between two JSON strings: a first half is
    held back until the second comes, a half alone becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._pieces: list[str] = []
        self._held = ""
        self._size = 0

    def __bool__(self) -> bool:
        return self._size > 0

    def __str__(self) -> str:
        return "".join(self._blocks) + "".join(self._pieces)

    def add(self, piece: str) -> str:
        """Keep `piece` and return what of it can be shown now.

        Raises:
            AnswerTooLarge: the limit is passed.
        """
        if self._held or not piece.isascii():
            piece = self._whole_characters(piece)
        self._size += len(piece)
        if self._size > MAX_CHARACTERS:
            raise AnswerTooLarge
        self._pieces.append(piece)
        if len(self._pieces) == _PIECES_PER_BLOCK:
            self._blocks.append("".join(self._pieces))
            self._pieces.clear()
        return piece

    def _whole_characters(self, piece: str) -> str:
        piece = self._held + piece
        self._held = piece[-1:] if "\ud800" <= piece[-1:] <= "\udbff" else ""
        piece = piece[: len(piece) - len(self._held)]
        if not _LONE_SURROGATE.search(piece):
            return piece
        return piece.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
