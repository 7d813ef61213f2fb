"""Inline Markdown: a paragraph's source becomes spans of one look each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from desktop.ui.links import disguises, host_of, is_safe

LINE_BREAK = "\u2028"
"""How a line break inside a paragraph is written for Qt's text layout."""

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}*_]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look; `faint` is our own remark, not the author's words.

    Instead of the text a formula is shown, `tex`, large if it is on `display`, or the label
    of a footnote, `note`.
    """

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    faint: bool = False
    href: str | None = None
    tex: str = ""
    display: bool = False
    note: str = ""


_OPENERS = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_CLOSERS = {"strong_close": "bold", "em_close": "italic", "s_close": "strike"}


def spans_of(tokens: Sequence[Token]) -> list[Span]:
    """Turn the inline tokens of one paragraph into spans.

    Each line break of the source is one on screen: people type them, and models write poems
    and addresses with them, although Markdown would make spaces of them.
    """
    look = Span("")
    spans: list[Span] = []
    link_start = 0
    for token in tokens:
        if token.type in _OPENERS:
            look = replace(look, **{_OPENERS[token.type]: True})
        elif token.type in _CLOSERS:
            look = replace(look, **{_CLOSERS[token.type]: False})
        elif token.type == "link_open":
            look, link_start = replace(look, href=str(token.attrs["href"])), len(spans)
        elif token.type == "link_close":
            spans.extend(_true_host(spans[link_start:], look))
            look = replace(look, href=None)
        else:
            spans.extend(_leaf(token, look))
    return spans


def _leaf(token: Token, look: Span) -> Iterator[Span]:
    if token.type in {"softbreak", "hardbreak"}:
        yield replace(look, text=LINE_BREAK)
    elif token.type == "code_inline":
        yield replace(look, text=token.content, code=True)
    elif token.type == "maths":
        yield replace(look, text=token.markup, tex=token.content, display=bool(token.info))
    elif token.type == "citation":
        yield replace(look, text=token.markup, href=token.content)
    elif token.type == "footnote_reference":
        yield replace(look, text=token.markup, note=token.content)
    elif token.type == "image":
        yield _image(token, look)
    elif look.href is None:
        yield from _addresses(token.content, look)
    else:
        yield replace(look, text=token.content)


def _image(token: Token, look: Span) -> Span:
    source = str(token.attrs["src"])
    href = look.href or (source if is_safe(source) else None)
    return replace(look, text=f"[image: {token.content or source}]", href=href)


def _addresses(text: str, look: Span) -> Iterator[Span]:
    end = 0
    for match in _ADDRESS.finditer(text):
        if not is_safe(match[0]):
            continue
        yield replace(look, text=text[end : match.start()])
        yield replace(look, text=match[0], href=match[0])
        end = match.end()
    yield replace(look, text=text[end:])


def _true_host(shown: Sequence[Span], look: Span) -> Iterator[Span]:
    href = look.href or ""
    if disguises("".join(span.text for span in shown), href):
        yield replace(look, text=f" ({host_of(href)})", faint=True, href=None)
