"""Where formulas are in Markdown: between dollars, single or double, or as LaTeX marks them."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_CLOSERS = {"$$": "$$", "$": "$", "\\(": "\\)", "\\[": "\\]"}
_SIGNS = re.compile(r"[\\^_=+<>{}|/*]|\w\(")
_WORDS = re.compile(r"[^\W\d]{2,}[ .,;:]+[^\W\d]{2,}")
_BARE_NUMBER = re.compile(r"[\d\s,.\u2013-]*\Z")


def add_maths(parser: MarkdownIt) -> None:
    """Let a parser find formulas, in lines of their own and in running text."""
    parser.inline.ruler.before("escape", "maths", maths_rule)
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "maths_block", maths_block_rule, {"alt": interrupted})


def maths_rule(state: StateInline, silent: bool) -> bool:
    """Find a formula in running text.

    As in Pandoc, `$` opens before and closes after what is no space, and closes before
    what is no digit: prices stay prices.
    """
    opener = _opener(state.src, state.pos)
    if opener is None:
        return False
    start = state.pos + len(opener)
    end = state.src.find(_CLOSERS[opener], start, state.posMax)
    while end > 0 and opener.startswith("$") and state.src[end - 1] == "\\":
        end = state.src.find(_CLOSERS[opener], end + 1, state.posMax)
    if end < 0 or not _is_formula(opener, state.src[start:end], state.src[end + 1 : end + 2]):
        return False
    after = end + len(opener)
    if not silent:
        token = state.push("maths", "", 0)
        token.content = state.src[start:end].strip()
        token.markup = state.src[state.pos : after]
        token.info = "" if opener in {"$", "\\("} else "display"
    state.pos = after
    return True


def _opener(text: str, position: int) -> str | None:
    two = text[position : position + 2]
    if two in _CLOSERS:
        return two
    return "$" if text[position] == "$" else None


def _is_formula(opener: str, tex: str, after: str) -> bool:
    if not tex.strip() or "`" in tex:
        return False
    if opener == "$":
        if tex[0].isspace() or tex[-1].isspace() or after.isdigit():
            return False
        return bool(_SIGNS.search(tex)) or not _WORDS.search(tex)
    if opener == "$$":
        return True
    return bool(_SIGNS.search(tex)) or not (_BARE_NUMBER.match(tex) or _WORDS.search(tex))


def maths_block_rule(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Find a formula that begins and ends a line; one without an end stays text."""
    if state.is_code_block(start_line):
        return False
    first = _line(state, start_line)
    opener = first[:2]
    if opener not in {"$$", "\\["}:
        return False
    closer = _CLOSERS[opener]
    lines, line = [first[2:]], start_line
    while not lines[-1].rstrip().endswith(closer):
        line += 1
        if line >= end_line or state.sCount[line] < state.blkIndent or state.isEmpty(line):
            return False
        lines.append(_line(state, line))
    tex = "\n".join(lines).rstrip().removesuffix(closer).strip()
    if not tex or closer in tex or not _is_formula(opener, tex, ""):
        return False
    if silent:
        return True
    token = state.push("maths_block", "", 0)
    token.map = [start_line, line + 1]
    token.content = tex
    token.markup = "\n".join([first, *lines[1:]])
    state.line = line + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
