"""Markdown in two steps: blocks at once, their inline text only when it is looked at."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from desktop.ui.links import is_safe
from desktop.ui.transcript.citations import add_citations, passages
from desktop.ui.transcript.flatten import Flattener, literal_blocks
from desktop.ui.transcript.footnotes import add_footnotes, footnotes_of
from desktop.ui.transcript.inline import Span, spans_of
from desktop.ui.transcript.maths import add_maths
from desktop.ui.transcript.model import Block, References, TextBlock
from desktop.ui.transcript.tables import table_rule

RICH_LIMIT = 200_000
"""Characters of a message above which it is shown as plain text."""
MAX_NESTING = 60

_LABEL = re.compile(r"\[([^\[\]]+)\]")
_MARKUP = re.compile(r"[\\`*_\[\]<&!~$\n]|https?:", re.IGNORECASE)
"""What makes a paragraph more than plain words."""
_BULLETS_ONLY = re.compile(r"[\s>*+\-\d.)]*\Z")


class _SafeMarkdownIt(MarkdownIt):
    """Takes only links that may be opened; all others stay visible as their source."""

    def validateLink(self, url: str) -> bool:
        return is_safe(url)


class Markdown:
    """A CommonMark parser with tables, strikethrough, footnotes and formulas; raw HTML is text."""

    def __init__(self, *, citing: int = 0) -> None:
        options = {"html": False, "maxNesting": MAX_NESTING}
        self._markdown_it = _SafeMarkdownIt("commonmark", options)
        self._markdown_it.enable(["table", "strikethrough"])
        add_maths(self._markdown_it)
        add_footnotes(self._markdown_it)
        add_citations(self._markdown_it)
        self._passages = passages(citing)
        self._markdown_it.block.ruler.at("table", table_rule, {"alt": ["paragraph", "reference"]})

    def citing(self, count: int) -> "Markdown":
        """Return a parser for a text that may cite `count` passages."""
        if not count:
            return self
        return Markdown(citing=count)

    def tokens(self, text: str) -> tuple[list[Token], References]:
        """Parse the blocks of `text` only; inline tokens keep their source unparsed."""
        environment: dict[str, Any] = {}
        tokens: list[Token] = []
        self._markdown_it.block.parse(
            text.replace("\0", "\ufffd"), self._markdown_it, environment, tokens
        )
        return tokens, {
            **environment.get("references", {}),
            **footnotes_of(environment),
            **self._passages,
        }

    def blocks(self, text: str) -> list[Block]:
        """Turn a whole message into blocks; every non-blank line of it is in one of them.

        Lines end with line feeds only.
        """
        if len(text) > RICH_LIMIT:
            return literal_blocks(text)
        return self.flatten(text, Flattener())

    def flatten(self, text: str, flattener: Flattener) -> list[Block]:
        """Parse `text` and flatten it with a prepared `flattener`."""
        return self.flatten_parsed(text, *self.tokens(text), flattener)

    def flatten_parsed(
        self, text: str, tokens: Sequence[Token], references: References, flattener: Flattener
    ) -> list[Block]:
        """Flatten what `tokens` gave for `text`, and add what they swallowed of it."""
        blocks = flattener.flatten(tokens, references)
        return _with_lost_lines(blocks, text, flattener, references)

    def spans(self, source: str, references: References) -> list[Span]:
        """Parse a paragraph's inline Markdown."""
        if not _MARKUP.search(source):
            return [Span(source)]
        tokens: list[Token] = []
        environment = {"references": dict(references)}
        self._markdown_it.inline.parse(source, self._markdown_it, environment, tokens)
        return spans_of(tokens)


def _with_lost_lines(
    blocks: list[Block], text: str, flattener: Flattener, references: References
) -> list[Block]:
    """Show what the parser swallowed (too deep nesting, unused definitions) as it is written."""
    lines = text.split("\n")
    covered = bytearray(len(lines) + 1)
    for block in blocks:
        if isinstance(block, TextBlock) and not block.source:
            continue  # an empty item may be what is left of one that nests too deep
        start, end = block.lines[0] - flattener.first_line, block.lines[1] - flattener.first_line
        covered[max(start, 0) : end] = b"\1" * (min(end, len(covered)) - max(start, 0))
    for start, end in _used_definitions(references, text):
        covered[start:end] = b"\1" * (end - start)
    lost = [i for i, line in enumerate(lines) if not covered[i] and not _BULLETS_ONLY.match(line)]
    return _merge(blocks, lines, lost, flattener.first_line) if lost else blocks


def _used_definitions(references: References, text: str) -> list[tuple[int, int]]:
    if not references:
        return []
    written = Counter(_LABEL.findall(text.upper()))
    return [
        tuple(reference["map"])
        for label, reference in references.items()
        if "map" in reference and written[label] > 1
    ]


def _merge(
    blocks: list[Block], lines: Sequence[str], lost: Sequence[int], first_line: int
) -> list[Block]:
    found: list[Block] = []
    for index in lost:
        found.extend(literal_blocks(lines[index], first_line + index))
    return sorted([*blocks, *found], key=lambda block: block.lines[0])
