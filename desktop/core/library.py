"""Collections of documents as the library shows them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.core.ids import CollectionId, DocumentId, SourceId


class DocumentStatus(StrEnum):
    """How far a document came."""

    WAITING = "waiting"  # found, not read yet
    READY = "ready"  # its text can be searched
    FAILED = "failed"  # it can't be read; `message` says why
    LEFT_OUT = "left_out"  # the user does not want it; it is never read


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A named set of files and folders, with how many of its documents are how far."""

    id: CollectionId
    name: str
    ready: int = 0
    waiting: int = 0
    failed: int = 0
    left_out: int = 0

    @property
    def documents(self) -> int:
        """All that are to be found; those left out are not."""
        return self.ready + self.waiting + self.failed

    @property
    def listed(self) -> int:
        """All that the list of documents shows."""
        return self.documents + self.left_out


@dataclass(frozen=True, slots=True)
class Source:
    """A file or a folder in a collection."""

    id: SourceId
    collection_id: CollectionId
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of a collection, `size` in bytes, last changed at `modified`, in nanoseconds.

    `message` and `cure` say why it failed, `notes` what is missing.
    """

    id: DocumentId
    collection_id: CollectionId
    source_id: SourceId
    path: Path
    status: DocumentStatus
    size: int
    modified: int
    title: str = ""
    format: str = ""
    message: str = ""
    cure: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it is on disk: its size in bytes, its last change in nanoseconds."""

    path: Path
    size: int
    modified: int
