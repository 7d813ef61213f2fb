"""Footnotes: their definitions become list items where they stand, references small numbers."""

import re
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote.index import footnote_def

_REFERENCE = re.compile(r"\[\^([^\s\]]+)\]")


def add_footnotes(parser: MarkdownIt) -> None:
    """Let a parser find footnotes; a reference counts where its definition is known."""
    interrupted = ["paragraph", "reference"]
    parser.block.ruler.before("reference", "footnote_def", footnote_def, {"alt": interrupted})
    parser.inline.ruler.before("link", "footnote_reference", reference_rule)


def footnotes_of(environment: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the labels of the footnotes that were defined, as `spans` looks them up."""
    labels = environment.get("footnotes", {}).get("refs", {})
    return {_key(label.removeprefix(":")): {} for label in labels}


def reference_rule(state: StateInline, silent: bool) -> bool:
    """Find a reference to a footnote that is defined."""
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None or _key(match[1]) not in state.env.get("references", {}):
        return False
    if not silent:
        token = state.push("footnote_reference", "", 0)
        token.content, token.markup = match[1], match[0]
    state.pos = match.end()
    return True


def _key(label: str) -> str:
    return f"^{label}"
