"""Conversations put in from a file: looked at first, copied before, all of it or nothing."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from desktop.core.errors import StorageError
from desktop.core.extras import NO_EXTRAS, Extras
from desktop.core.ids import ConversationId
from desktop.services.backups import Backups
from desktop.services.transfer.model import Found, Skipped
from desktop.services.transfer.source import Kind, Opened, Source
from desktop.storage.repositories.archive import ArchiveRepository

OnProgress = Callable[[int, int], None]
"""Is told how many of how many conversations are done; 0 of how many where it is not known."""

_AT_A_TIME = 20
"""Conversations read in one visit of the thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A conversation that could be put in."""

    id: ConversationId
    title: str
    updated_at: datetime
    messages: int
    is_known: bool
    in_trash: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file holds: nothing is put in yet. `extras` are those that are not here."""

    path: Path
    kind: Kind | None
    candidates: tuple[Candidate, ...]
    skipped: tuple[Skipped, ...]
    extras: Extras = NO_EXTRAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import did."""

    conversations: int
    messages: int
    extras: Extras = NO_EXTRAS


class Importer:
    """Puts conversations in; `backups` makes a copy of what is there before."""

    def __init__(self, archive: ArchiveRepository, backups: Backups) -> None:
        self._archive = archive
        self._backups = backups
        self._alone = asyncio.Lock()

    async def preview(self, path: Path, on_progress: OnProgress) -> Preview:
        """Read the whole file and say what is in it.

        Raises:
            ImportFailed: it is none that can be read.
        """
        candidates: list[Candidate] = []
        skipped: list[Skipped] = []
        kind: Kind | None = None
        reading = _Reading(path)
        try:
            while batch := await reading.next():
                for opened in batch:
                    kind = kind or opened.kind
                    skipped.extend(opened.skipped)
                    if opened.found is not None:
                        candidates.append(_candidate(opened.found))
                on_progress(0, len(candidates))
            extras = await self._archive.unknown(reading.extras)
        finally:
            await reading.close()
        known = await self._archive.known([each.id for each in candidates])
        return Preview(
            path=path,
            kind=kind,
            candidates=tuple(_marked(each, known) for each in candidates),
            skipped=tuple(skipped),
            extras=extras,
        )

    async def run(
        self,
        preview: Preview,
        chosen: Collection[ConversationId],
        on_progress: OnProgress,
        *,
        with_extras: bool = False,
    ) -> Report:
        """Put the chosen conversations in, after a copy of what is there.

        What is there already stays as it is; of a conversation that has grown, what is new
        comes in. What comes into the trash is kept there from now on as long as anything.
        With `with_extras` the preview's presets and folders come in, too. Cancelling, and any failure, takes out again what had been put in.

        Raises:
            BackupFailed: no copy could be made; nothing was changed.
            ImportFailed, StorageError: it broke off; nothing was changed.
        """
        await self._backups.make("before-import")
        async with self._alone:
            await self._archive.take_back()
            is_whole = False
            try:
                report = await self._put_in(preview.path, chosen, on_progress)
                extras = preview.extras if with_extras else NO_EXTRAS
                report = replace(report, extras=await self._archive.finish(extras))
                is_whole = True
            finally:
                if not is_whole:
                    await self._take_out()
        return report

    async def take_back_unfinished(self) -> bool:
        """Take out what an import put in that was cut off; tell whether there was anything.

        Raises:
            StorageError: the database failed; it is tried again before the next import.
        """
        async with self._alone:
            return await self._archive.take_back()

    async def _put_in(
        self, path: Path, chosen: Collection[ConversationId], on_progress: OnProgress
    ) -> Report:
        conversations = messages = done = 0
        reading = _Reading(path)
        try:
            while batch := await reading.next():
                wanted = [
                    _kept_in_trash(opened.found)
                    for opened in batch
                    if opened.found is not None and opened.found.conversation.id in chosen
                ]
                added = await self._archive.add(wanted)
                conversations += added.conversations
                messages += added.messages
                done += len(wanted)
                on_progress(done, len(chosen))
        finally:
            await reading.close()
        return Report(conversations=conversations, messages=messages)

    async def _take_out(self) -> None:
        removing = asyncio.create_task(self._archive.take_back())
        while not removing.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({removing})
        with suppress(StorageError):
            removing.result()


class _Reading:
    """Reads a source batch by batch, each in a thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._source: Source | None = None

    @property
    def extras(self) -> Extras:
        """What there is beside conversations."""
        return NO_EXTRAS if self._source is None else self._source.extras

    async def next(self) -> list[Opened]:
        """Return the next few; an empty list at the end."""
        reading = asyncio.create_task(asyncio.to_thread(self._next))
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            await asyncio.wait({reading})  # nothing may be closed under the thread
            reading.exception()
            raise

    async def close(self) -> None:
        """Let go of the file."""
        if self._source is not None:
            await asyncio.to_thread(self._close, self._source)

    def _close(self, source: Source) -> None:
        with source:
            self._conversations.close()

    def _next(self) -> list[Opened]:
        if self._source is None:
            self._source = Source(self._path)
            self._conversations = self._source.conversations()
        batch: list[Opened] = []
        for opened in self._conversations:
            batch.append(opened)
            if len(batch) == _AT_A_TIME:
                break
        return batch


def _kept_in_trash(found: Found) -> Found:
    """Let what was deleted wait in the trash anew: nothing comes in only to be erased."""
    if found.conversation.deleted_at is None:
        return found
    return replace(found, conversation=replace(found.conversation, deleted_at=datetime.now(UTC)))


def _candidate(found: Found) -> Candidate:
    conversation = found.conversation
    return Candidate(
        id=conversation.id,
        title=conversation.title,
        updated_at=conversation.updated_at,
        messages=len(found.messages),
        is_known=False,
        in_trash=conversation.deleted_at is not None,
    )


def _marked(candidate: Candidate, known: set[ConversationId]) -> Candidate:
    return replace(candidate, is_known=candidate.id in known)
