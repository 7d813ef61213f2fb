"""What a message's Markdown becomes: a flat list of blocks, each with the containers it stands in.

A paragraph in a list in a quote is one `TextBlock` with two containers, so that every
block can be laid out, painted and scrolled on its own, however deep the source nests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.content import ImagePart

References = Mapping[str, Mapping[str, Any]]
"""Link definitions by their normalised label, as markdown-it keeps them."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation's bar; `line` tells two quotations in a row apart."""

    line: int


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item's indentation; only its first block carries the `marker` or the `task` box.

    `digits` is how many the item's number has, 0 for bullets.
    """

    line: int
    digits: int = 0
    marker: str = ""
    task: bool | None = None


@dataclass(frozen=True, slots=True)
class Thought:
    """Reasoning, unfolded: set apart from the answer."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """The user's speech bubble; `first` and `last` block round its corners."""

    first: bool
    last: bool


Container = Quote | ListItem | Thought | Bubble


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What all blocks share: containers from the outside in and the source lines [start, end).

    `tight` blocks follow the one before at a small distance, `continued` ones at none.
    """

    containers: tuple[Container, ...] = ()
    lines: tuple[int, int] = (0, 0)
    tight: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock(Block):
    """A paragraph or a heading of `level` 1 to 6; a `literal` one is shown as it is written."""

    source: str
    level: int = 0
    literal: bool = False
    references: References = field(default_factory=dict[str, Mapping[str, Any]])


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBlock(Block):
    """A piece of a code block: long code is cut into pieces that join without a seam.

    `whole` is the code that is highlighted as one, `offset` where `text` starts in it.
    """

    text: str
    info: str
    whole: str
    offset: int = 0
    opens: bool = True
    closes: bool = True

    @property
    def language(self) -> str:
        """The first word after the fence, lower case; '' when there is none."""
        words = self.info.split(maxsplit=1)
        return words[0].lower() if words else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock(Block):
    """A piece of a table: `rows` of inline sources, the first one the header if it `opens`.

    `weights` are the columns' widths in characters, the same for every piece of one table.
    """

    rows: tuple[tuple[str, ...], ...]
    alignments: tuple[str, ...]
    weights: tuple[int, ...]
    opens: bool = True
    closes: bool = True
    references: References = field(default_factory=dict[str, Mapping[str, Any]])


@dataclass(frozen=True, slots=True, kw_only=True)
class MathsBlock(Block):
    """A formula on lines of its own; `source` has the marks around it."""

    tex: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureBlock(Block):
    """A picture that belongs to the conversation; `words` name it where it can't be shown."""

    part: ImagePart
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBlock(Block):
    """A thematic break."""
