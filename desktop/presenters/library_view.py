"""What the library's window shows, and what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop.core.errors import ParleyError
from desktop.core.ids import CollectionId, DocumentId, SourceId
from desktop.services.meaning.state import Speed

PAGE = 100
"""How many documents are read at a time."""

SOURCES = 200
"""Files and folders that are listed as such; all files are among the documents."""


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
    """A file or folder as the list shows it: `folder` is what it lies in.

    `problem` says why it can't be looked at, `progress` how far a look is.
    """

    id: SourceId
    name: str
    folder: str
    problem: str = ""
    progress: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document as the list shows it; `why` explains a failure, or what is missing.

    `path` is as people write it; `file` can be opened, None where the system might run it.
    """

    id: DocumentId
    name: str
    path: str
    folder: Path
    status: str
    file: Path | None = None
    why: str = ""
    failed: bool = False
    left_out: bool = False


Pages = Mapping[int, Sequence[DocumentView]]
"""Documents, `PAGE` each, by the number of their page."""


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

    def visible_pages(self) -> Sequence[int]:
        """Return the numbers of the pages of documents on screen, at least the first."""
        ...

    def show_content(
        self,
        sources: Sequence[SourceView],
        pages: Pages,
        *,
        count: int,
        failed: int,
        more_sources: int = 0,
    ) -> None:
        """Replace what is in the chosen collection: `count` documents.

        What is not among `pages` is asked for when it is scrolled to. `more_sources` are not
        listed.
        """
        ...

    def show_page(self, number: int, documents: Sequence[DocumentView]) -> None:
        """Fill in one page of the documents."""
        ...

    def show_error(self, error: ParleyError) -> None:
        """Say what failed."""
        ...
