"""What the sidebar presenter asks of whoever lists the conversations."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import ConversationId
from desktop.core.organising import Folder, Group, Listing

PAGE = 200
"""How many conversations are read at a time."""

Pages = Mapping[int, Sequence[ConversationSummary]]
"""Rows of `PAGE` each, by the number of their page."""


class SidebarView(Protocol):
    """The list of conversations and the folders above it."""

    def visible_pages(self) -> Sequence[int]:
        """Return the numbers of the pages on screen, at least the first."""
        ...

    def show_list(self, listing: Listing, groups: Sequence[Group], pages: Pages) -> None:
        """Replace the list; what is not among `pages` is asked for when it is scrolled to.

        Selection and scroll position stay where they can.
        """
        ...

    def show_page(self, number: int, rows: Sequence[ConversationSummary]) -> None:
        """Fill in one page of the list."""
        ...

    def show_folders(self, folders: Sequence[Folder], tags: Sequence[str]) -> None:
        """List the folders, and the tags that there are to choose from."""
        ...

    def select(self, conversation_id: ConversationId | None) -> bool:
        """Mark the open conversation without reporting a selection; None for a new chat.

        False where it is not among the rows that were read.
        """
        ...

    def set_active(self, conversation_id: ConversationId, active: bool) -> None:
        """Mark that an answer is streaming in it."""
        ...
