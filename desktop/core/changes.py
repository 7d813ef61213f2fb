"""What the user wants done with conversations and folders."""

from dataclasses import dataclass

from desktop.core.ids import ConversationId, FolderId


@dataclass(frozen=True, slots=True)
class Pin:
    """Keep conversations at the top of the list, or let them go."""

    ids: tuple[ConversationId, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """Take conversations out of the list, or put them back."""

    ids: tuple[ConversationId, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Move:
    """Put conversations into a folder; None takes them out of theirs."""

    ids: tuple[ConversationId, ...]
    folder_id: FolderId | None


@dataclass(frozen=True, slots=True)
class Tag:
    """Give conversations a tag, or take it from them."""

    ids: tuple[ConversationId, ...]
    tag: str
    on: bool


@dataclass(frozen=True, slots=True)
class Delete:
    """Move conversations to the trash."""

    ids: tuple[ConversationId, ...]


@dataclass(frozen=True, slots=True)
class Restore:
    """Take conversations back from the trash."""

    ids: tuple[ConversationId, ...]


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase conversations in the trash for good."""

    ids: tuple[ConversationId, ...]


@dataclass(frozen=True, slots=True)
class EmptyTrash:
    """Erase everything in the trash for good."""


@dataclass(frozen=True, slots=True)
class AddFolder:
    """Make a folder with conversations in it."""

    name: str
    ids: tuple[ConversationId, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameFolder:
    """Give a folder another name."""

    folder_id: FolderId
    name: str


@dataclass(frozen=True, slots=True)
class RemoveFolder:
    """Remove a folder; its conversations stay in the list."""

    folder_id: FolderId


Change = (
    Pin | Archive | Move | Tag | Delete | Restore | Erase | EmptyTrash
    | AddFolder | RenameFolder | RemoveFolder
)  # fmt: skip
"""What the user wants done with conversations and folders."""
