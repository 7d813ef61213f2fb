"""What the user set about the model on this computer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOptions:
    """How a model runs: `threads` None leaves their number to the child, `context` is in tokens."""

    threads: int | None = None
    context: int = 8192


ReadOptions = Callable[[], Awaitable[LocalOptions]]
"""Gives the options as they are saved now."""


async def usual_options() -> LocalOptions:
    """Give the options of a computer where nothing was set."""
    return LocalOptions()
