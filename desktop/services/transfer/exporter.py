"""Conversations written to a file, which appears whole or not at all."""

import asyncio
import json
import re
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop import __version__
from desktop.core.conversation import Conversation, Message
from desktop.core.errors import ExportFailed
from desktop.core.extras import NO_EXTRAS, Extras
from desktop.core.ids import ConversationId
from desktop.services.transfer.codec import FORMAT, VERSION, conversation_record
from desktop.services.transfer.extras_codec import extras_record
from desktop.services.transfer.importer import OnProgress
from desktop.services.transfer.readable import to_html, to_markdown
from desktop.storage.atomic import put_in_place, unfinished
from desktop.storage.file_errors import file_error
from desktop.storage.importing import Labels, Passages
from desktop.storage.repositories.archive import ArchiveRepository

WritePdf = Callable[[str, Path], Awaitable[None]]
"""Prints a page of HTML into a PDF file."""

_Write = Callable[[Conversation, list[Message]], Awaitable[None]]
_NAME_LENGTH = 80
_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]+')


class Format(StrEnum):
    """What a conversation becomes; the value is the file's ending."""

    MARKDOWN = "md"
    JSON = "json"
    HTML = "html"
    PDF = "pdf"


def suffix_for(fmt: Format, count: int) -> str:
    """Return the ending of the file: many texts to read are put into one zip."""
    if fmt is Format.JSON:
        return "parley.json"
    return str(fmt) if count == 1 else "zip"


def file_name(title: str) -> str:
    """Return a title as every file system takes it, without an ending."""
    name = " ".join(_NO_NAME.sub(" ", title).split())[:_NAME_LENGTH].strip(" .")
    return name or "Conversation"


class Exporter:
    """Writes conversations to files; `write_pdf` prints."""

    def __init__(self, archive: ArchiveRepository, write_pdf: WritePdf) -> None:
        self._archive = archive
        self._write_pdf = write_pdf

    async def ids(self, *, trash: bool = False) -> list[ConversationId]:
        """Return all conversations that are not in the trash, or those that are."""
        return await self._archive.ids(trash=trash)

    async def export(
        self,
        ids: Sequence[ConversationId],
        fmt: Format,
        target: Path,
        on_progress: OnProgress,
        *,
        with_extras: bool = False,
    ) -> int:
        """Write the conversations to `target`, in its place if there is one; return how many.

        JSON holds everything, with `with_extras` also the presets and all folders; the others
        hold the branch on screen.

        Raises:
            ExportFailed: it could not be written; what had its name before is intact.
            StorageError: the conversations can't be read.
        """
        try:
            with unfinished(target) as temporary:
                if fmt is Format.JSON:
                    extras = await self._archive.extras() if with_extras else NO_EXTRAS
                    written = await self._to_json(ids, extras, temporary, on_progress)
                elif len(ids) == 1:
                    written = await self._to_text(ids, fmt, temporary, on_progress)
                else:
                    written = await self._to_zip(ids, fmt, temporary, on_progress)
                await asyncio.to_thread(put_in_place, temporary, target)
        except OSError as error:
            why = file_error(error, target)
            raise ExportFailed(why.message, cure="Choose another place.") from error
        return written

    async def _each(
        self, ids: Sequence[ConversationId], write: _Write, on_progress: OnProgress
    ) -> int:
        written = 0
        for done, identity in enumerate(ids, 1):
            whole = await self._archive.whole(identity)
            if whole is not None:  # deleted meanwhile
                await write(*whole)
                written += 1
            on_progress(done, len(ids))
        return written

    async def _to_json(
        self,
        ids: Sequence[ConversationId],
        extras: Extras,
        temporary: Path,
        on_progress: OnProgress,
    ) -> int:
        head: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": datetime.now(UTC).isoformat(),
            "program": f"Parley {__version__}",
        }
        if extras:
            head |= extras_record(extras)
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps(head, indent=1)[:-2] + ',\n "conversations": [\n')
            between = ""

            def append(
                conversation: Conversation,
                messages: Sequence[Message],
                labels: Labels,
                passages: Passages,
            ) -> None:
                nonlocal between
                record = conversation_record(conversation, messages, labels, passages)
                file.write(between + json.dumps(record))
                between = ",\n"

            async def write(conversation: Conversation, messages: list[Message]) -> None:
                labels = await self._archive.labels(conversation)
                passages = await self._archive.passages(conversation.id)
                await asyncio.to_thread(append, conversation, messages, labels, passages)

            written = await self._each(ids, write, on_progress)
            file.write("\n]}\n")
        return written

    async def _to_text(
        self,
        ids: Sequence[ConversationId],
        fmt: Format,
        temporary: Path,
        on_progress: OnProgress,
    ) -> int:
        async def write(conversation: Conversation, messages: list[Message]) -> None:
            await self._write_one(fmt, temporary, conversation, messages)

        return await self._each(ids, write, on_progress)

    async def _to_zip(
        self,
        ids: Sequence[ConversationId],
        fmt: Format,
        temporary: Path,
        on_progress: OnProgress,
    ) -> int:
        names: dict[str, int] = {}
        with (
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
            unfinished(temporary) as one,
        ):

            async def write(conversation: Conversation, messages: list[Message]) -> None:
                await self._write_one(fmt, one, conversation, messages)
                name = _unused(file_name(conversation.title), names)
                await asyncio.to_thread(archive.write, one, f"{name}.{fmt}")

            return await self._each(ids, write, on_progress)

    async def _write_one(
        self, fmt: Format, path: Path, conversation: Conversation, messages: list[Message]
    ) -> None:
        passages = await self._archive.passages(conversation.id)
        make = to_markdown if fmt is Format.MARKDOWN else to_html
        text = await asyncio.to_thread(make, conversation, messages, passages)
        if fmt is Format.PDF:
            await self._write_pdf(text, path)
            return
        data = text.encode("utf-8", "replace")  # half a surrogate pair is no text
        await asyncio.to_thread(path.write_bytes, data)


def _unused(name: str, used: dict[str, int]) -> str:
    """Return the name, with a number where it was used before, in whichever letters."""
    count = used[name.casefold()] = used.get(name.casefold(), 0) + 1
    return name if count == 1 else f"{name} ({count})"
