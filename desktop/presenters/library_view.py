"""What the library's window shows, and what it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId, SourceId
from desktop.services.meaning.state import Speed


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexView:
    """The state of search by meaning in words; empty texts and absent buttons are hidden.

    `action` is the main button's text, `share` the progress from 0 to 1, None for no bar.
    """

    title: str
    detail: str
    action: str = ""
    share: float | None = None
    can_cancel: bool = False
    is_problem: bool = False
    history: bool = True
    speed: Speed = Speed.FULL
    has_choices: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionView:
    """A collection as the list shows it."""

    id: CollectionId
    name: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A file or folder as the list shows it; `problem` says why it can't be looked at."""

    id: SourceId
    path: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document as the list shows it; `why` explains a failure, or what is missing."""

    name: str
    path: str
    status: str
    why: str = ""
    failed: bool = False


class LibraryView(Protocol):
    """The library's window."""

    def show_index(self, index: IndexView) -> None:
        """Show how far search by meaning is."""
        ...

    def show_collections(
        self, collections: Sequence[CollectionView], chosen: CollectionId | None
    ) -> None:
        """Replace the collections."""
        ...

    def show_content(
        self, sources: Sequence[SourceView], documents: Sequence[DocumentView], *, failed: int
    ) -> None:
        """Replace what is in the chosen collection."""
        ...

    def show_error(self, error: ParleyError) -> None:
        """Say what failed."""
        ...
