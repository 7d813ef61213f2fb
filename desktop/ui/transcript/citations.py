"""Citations: `[2]` in an answer that was given passages leads to the second of them."""

import re
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

SCHEME = "parley-passage:"
"""What the address of a citation begins with; its number follows."""

_CITATION = re.compile(r"\[(\d{1,3})\](?![(:])")
_COUNT = "parley passages"  # no label of a link can be this: those are in capitals


def add_citations(parser: MarkdownIt) -> None:
    """Let a parser find citations, where the references say that there are passages."""
    parser.inline.ruler.before("link", "citation", citation_rule)


def passages(count: int) -> dict[str, Mapping[str, Any]]:
    """Return what to add to a text's references so that it may cite `count` passages."""
    return {_COUNT: {"count": count}} if count else {}


def citation_rule(state: StateInline, silent: bool) -> bool:
    """Find the number of a passage that was sent."""
    match = _CITATION.match(state.src, state.pos, state.posMax)
    count = state.env.get("references", {}).get(_COUNT, {}).get("count", 0)
    if match is None or not 1 <= int(match[1]) <= count:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content, token.markup = f"{SCHEME}{int(match[1])}", match[0]
    state.pos = match.end()
    return True


def number_of(href: str) -> int | None:
    """Return which passage an address leads to; None when it is no citation's."""
    number = href.removeprefix(SCHEME)
    return int(number) if href.startswith(SCHEME) and number.isdecimal() else None
