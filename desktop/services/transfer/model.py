"""What is taken out of a file before it is put in, and what was left behind."""

from dataclasses import dataclass

from desktop.storage.importing import Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that is not taken over: `what` names it, `why` is a reason in plain words."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Whole):
    """A conversation as a file has it."""

    skipped: tuple[Skipped, ...] = ()
