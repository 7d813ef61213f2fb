"""What servers' refusals taught, kept longer than the client that was refused."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from desktop.llm.healing import Dialect, Fix


class Subject(NamedTuple):
    """Whom a lesson is about."""

    host: str
    dialect: Dialect
    model: str


class PolicyMemory:
    """Lasting fixes and what the user was told, per subject; share one among all clients."""

    def __init__(self) -> None:
        self._fixes: dict[Subject, list[Fix]] = {}
        self._told: set[tuple[Subject, str]] = set()

    def fixes(self, subject: Subject) -> Sequence[Fix]:
        """Return what has to be changed in each request, in this order."""
        return self._fixes.get(subject, ())

    def learn(self, subject: Subject, fix: Fix) -> None:
        """Keep `fix` for later requests, if it is a lasting one."""
        fixes = self._fixes.setdefault(subject, [])
        if fix.lasting and fix not in fixes:
            fixes.append(fix)

    def untold(self, subject: Subject, warnings: Iterable[str]) -> list[str]:
        """Return those of `warnings` that were not told yet, and count them as told."""
        fresh = [text for text in warnings if (subject, text) not in self._told]
        self._told.update((subject, text) for text in fresh)
        return fresh
