"""The list of conversations: show, rename, pin, sort into folders, archive, delete."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from desktop.core.changes import (
    AddFolder,
    Archive,
    Change,
    Delete,
    EmptyTrash,
    Erase,
    Move,
    Pin,
    RemoveFolder,
    RenameFolder,
    Restore,
    Tag,
)
from desktop.core.ids import ConversationId, FolderId, new_conversation_id, new_folder_id
from desktop.core.organising import Listing, Place
from desktop.presenters.sidebar_view import PAGE, SidebarView
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.organising import OrganisingRepository

TAG_LENGTH = 100
"""Characters of a tag; longer ones are cut."""


class SidebarPresenter:
    """Keeps the list in step with what is stored."""

    def __init__(
        self,
        view: SidebarView,
        conversations: ConversationRepository,
        organising: OrganisingRepository,
        branches: BranchRepository,
    ) -> None:
        self._view = view
        self._conversations = conversations
        self._organising = organising
        self._branches = branches
        self._listing = Listing()
        self._refreshing = asyncio.Lock()  # what is stored last is shown last

    async def refresh(self) -> None:
        """Show what is stored now."""
        async with self._refreshing:
            listing = self._listing
            today = datetime.now().astimezone().date()
            groups = await self._organising.groups(listing, today)
            pages = {
                number: await self._organising.page(listing, offset=number * PAGE, limit=PAGE)
                for number in self._view.visible_pages()
            }
            folders = await self._organising.folders()
            tags = await self._organising.tags()
            self._view.show_list(listing, groups, pages)
            self._view.show_folders(folders, tags)  # after it: one of them may be what is listed

    async def load(self, number: int) -> None:
        """Show one more page of the list."""
        listing = self._listing
        rows = await self._organising.page(listing, offset=number * PAGE, limit=PAGE)
        if listing == self._listing:  # else it belongs to a list that is gone
            self._view.show_page(number, rows)

    def select(self, conversation_id: ConversationId | None) -> None:
        """Mark the conversation on screen; None for a new chat."""
        self._view.select(conversation_id)

    async def reveal(self, conversation_id: ConversationId | None) -> None:
        """Mark the conversation on screen, reading its part of the list where necessary."""
        if self._view.select(conversation_id) or conversation_id is None:
            return
        above = await self._organising.position(self._listing, conversation_id)
        if above is not None:
            await self.load(above // PAGE)
            self._view.select(conversation_id)

    async def show(self, listing: Listing) -> None:
        """List other conversations: a folder's, those with a tag, the archive, the trash."""
        self._listing = listing
        await self.refresh()

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a conversation another title; a blank one changes nothing."""
        if title.strip():
            await self._organising.rename(conversation_id, title.strip())
        await self.refresh()

    async def change(self, change: Change) -> None:
        """Do what the user wants done with conversations and folders."""
        await self._apply(change)
        await self.refresh()

    async def _apply(self, change: Change) -> None:
        stored = self._organising
        match change:
            case Pin(ids, on):
                await stored.pin(ids, on)
            case Archive(ids, on):
                await stored.archive(ids, on)
            case Move(ids, folder_id):
                await stored.move(ids, folder_id)
            case Tag(ids, tag, on):
                await self._tag(ids, _one_line(tag)[:TAG_LENGTH], on)
            case Delete(ids):
                await stored.trash(ids)
            case Restore(ids):
                await stored.restore(ids)
            case Erase(ids):
                await stored.erase(ids)
            case EmptyTrash():
                await stored.erase_trash()
            case AddFolder() | RenameFolder() | RemoveFolder():
                await self._change_folders(change)

    async def _tag(self, ids: tuple[ConversationId, ...], tag: str, on: bool) -> None:
        if tag:
            await self._organising.set_tag(ids, tag, on)
            if not on and tag not in await self._organising.tags():
                self._leave(tag=tag)

    async def _change_folders(self, change: AddFolder | RenameFolder | RemoveFolder) -> None:
        match change:
            case AddFolder(name, ids) if _one_line(name):
                folder_id = new_folder_id()
                await self._organising.save_folder(folder_id, _one_line(name))
                await self._organising.move(ids, folder_id)
            case RenameFolder(folder_id, name) if _one_line(name):
                await self._organising.save_folder(folder_id, _one_line(name))
                if self._listing.folder_id == folder_id:
                    self._listing = replace(self._listing, name=_one_line(name))
            case RemoveFolder(folder_id):
                await self._organising.remove_folder(folder_id)
                self._leave(folder_id=folder_id)
            case _:
                pass  # a blank name changes nothing

    def _leave(self, *, folder_id: FolderId | None = None, tag: str = "") -> None:
        """List everything again where what was listed is no more."""
        gone = Listing(place=Place.TAG, name=tag)
        if folder_id is not None:
            gone = replace(self._listing, place=Place.FOLDER, folder_id=folder_id)
        if self._listing == gone:
            self._listing = Listing()

    async def duplicate(self, conversation_id: ConversationId) -> ConversationId | None:
        """Copy a conversation with all its branches; return the copy's id."""
        source = await self._conversations.get(conversation_id)
        if source is None:
            return None
        now = datetime.now(UTC)
        copy = replace(
            source,
            id=new_conversation_id(),
            title=f"{source.title} (copy)",
            created_at=now,
            updated_at=now,
            pinned=False,
            deleted_at=None,
        )
        await self._branches.duplicate(conversation_id, copy)
        await self.refresh()
        return copy.id


def _one_line(text: str) -> str:
    return " ".join(text.split())
