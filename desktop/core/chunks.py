"""Cuts Markdown into passages, by its structure: the same text always gives the same ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from desktop.core.tokens import estimate_tokens_closely

CHUNKER_VERSION = 1
"""Raise it with every change of how texts are cut: what is indexed is then cut anew."""

MAX_TOKENS = 320
"""Of one passage, estimated; small embedding models read 512, headings included."""

GOOD_TOKENS = 120
"""A passage of this size is not joined with the next one under another heading."""

_HASH_BYTES = 16
_LONG = MAX_TOKENS * 12  # characters
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|(?<=[\u3002\uff01\uff1f])|\n")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a text: `text[start:end]`, under the headings `heading`."""

    start: int
    end: int
    heading: str
    text: str
    tokens: int

    @property
    def embedded(self) -> str:
        """What is embedded: the passage with the headings that it stands under."""
        return f"{self.heading}\n{self.text}" if self.heading else self.text

    @property
    def hash(self) -> bytes:
        """16 bytes that are the same for the same embedded text only."""
        return sha256(self.embedded.encode("utf-8", "surrogatepass")).digest()[:_HASH_BYTES]


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, a heading, a list item, a code block or a table."""

    start: int
    end: int
    kind: str
    headings: tuple[str, ...]


def chunk(text: str) -> list[Chunk]:
    """Cut `text` into passages in its order; none where it has no letter and no digit."""
    return [made for piece in _joined(text) if (made := _chunk(text, piece)) is not None]


def _chunk(text: str, block: _Block) -> Chunk | None:
    raw = text[block.start : block.end]
    words = raw.strip()
    if not any(map(str.isalnum, words)):
        return None
    start = block.start + len(raw) - len(raw.lstrip())
    heading = " > ".join(block.headings)
    return Chunk(start, start + len(words), heading, words, estimate_tokens_closely(words))


def _joined(text: str) -> Iterator[_Block]:
    """Join neighbouring blocks as long as they are small and stand under one heading."""
    held: _Block | None = None
    size = 0
    for block in _pieces(text):
        tokens = estimate_tokens_closely(text[block.start : block.end])
        if held is not None and _fits(held, block, size, tokens):
            held = _Block(held.start, block.end, block.kind, held.headings)
            size += tokens
            continue
        if held is not None:
            yield held
        held, size = block, tokens
    if held is not None:
        yield held


def _fits(held: _Block, block: _Block, size: int, tokens: int) -> bool:
    if size + tokens > MAX_TOKENS:
        return False
    if block.kind == "heading":
        # A heading goes with what follows it, unless too little came before.
        return size < GOOD_TOKENS // 4
    return held.headings == block.headings[: len(held.headings)] or size < GOOD_TOKENS // 4


def _pieces(text: str) -> Iterator[_Block]:
    for block in _blocks(text):
        if _is_small(text, block.start, block.end):
            yield block
        else:
            yield from _cut(text, block)


def _is_small(text: str, start: int, end: int) -> bool:
    # A long text is not counted: that would hold up whoever shares the interpreter.
    return end - start <= _LONG and estimate_tokens_closely(text[start:end]) <= MAX_TOKENS


def _cut(text: str, block: _Block) -> Iterator[_Block]:
    """Cut a block that is too large: at lines, at sentences, at words, at last anywhere."""
    start, end, size = block.start, block.start, 0
    for until in _boundaries(text, block, keeps_lines=block.kind in {"code", "table", "item"}):
        tokens = estimate_tokens_closely(text[end:until])
        if size and size + tokens > MAX_TOKENS:
            yield _Block(start, end, block.kind, block.headings)
            start, size = end, 0
        size += tokens
        end = until
    if end > start:
        yield _Block(start, end, block.kind, block.headings)


def _boundaries(text: str, block: _Block, *, keeps_lines: bool) -> Iterator[int]:
    """Give ends of pieces none of which is too large."""
    ends = _line_ends if keeps_lines else _sentence_ends
    start = block.start
    for end in ends(text, block.start, block.end):
        if not _is_small(text, start, end):
            yield from _word_ends(text, start, end)
        yield end
        start = end


def _line_ends(text: str, start: int, end: int) -> Iterator[int]:
    while (at := text.find("\n", start, end)) >= 0:
        start = at + 1
        yield start
    if start < end:
        yield end


def _sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    for found in _SENTENCE_END.finditer(text, start, end):
        if found.end() > start:
            yield found.end()
            start = found.end()
    if start < end:
        yield end


def _word_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Give the ends of runs of about a quarter of a passage, at spaces where there are any."""
    step = MAX_TOKENS // 2  # characters: at least half a token each, so never too large
    while end - start > step:
        space = text.rfind(" ", start + 1, start + step)
        start = space + 1 if space > 0 else start + step
        yield start


def _blocks(text: str) -> Iterator[_Block]:
    """Give the text's blocks one after the other, without gaps but for blank lines."""
    outline: list[tuple[int, str]] = []
    kind, start, fence, above = "", 0, "", tuple[str, ...]()
    for begin, line in _lines(text):
        if fence:
            if line.strip().startswith(fence) and not line.strip(" \t\n`~"):
                fence = ""
            continue
        what = _kind_of(line, kind)
        if what != kind or what in {"heading", "item"}:
            if kind:
                yield _Block(start, begin, kind, above)
            if found := _HEADING.match(line.rstrip("\n")):
                outline = [entry for entry in outline if entry[0] < len(found[1])]
            kind, start, above = what, begin, tuple(words for _, words in outline)
            if found:
                outline.append((len(found[1]), found[2]))
        if what == "code" and (opened := _FENCE.match(line)):
            fence = opened[1]
    if kind:
        yield _Block(start, len(text), kind, above)


def _kind_of(line: str, before: str) -> str:
    """Return the kind of block that a line belongs to; '' for a blank one."""
    if not line.strip():
        return ""
    if _FENCE.match(line):
        return "code"
    if _HEADING.match(line.rstrip("\n")):
        return "heading"
    if _ITEM.match(line):
        return "item"
    if line.lstrip().startswith("|"):
        return "table"
    return before if before in {"item", "paragraph"} else "paragraph"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, text[start:end]
        start = end
