"""What the user set about the model on this computer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """How a model runs: `threads` None leaves their number to the child, `context` is in tokens.

    `source` is where it is downloaded from, '' for the usual place; it changes nothing of how a
    model runs.
    """

    threads: int | None = None
    context: int = 8192
    source: str = field(default="", compare=False)


ReadOptions = Callable[[], Awaitable[LocalOptions]]
"""Gives the options as they are saved now."""


async def usual_options() -> LocalOptions:
    """Give the options of a computer where nothing was set."""
    return LocalOptions()
