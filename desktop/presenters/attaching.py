"""The files in the composer: added, removed, sent with the next message."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from desktop.core.attachment import Attachment
from desktop.core.content import ContentPart
from desktop.core.errors import AttachmentRefused, ParleyError
from desktop.core.ids import ConversationId
from desktop.llm.factory import CompletionsConfig
from desktop.services.attaching import MAX_FILES, Attaching
from desktop.storage.repositories.drafts import DraftRepository

ReadConfig = Callable[[], Awaitable[CompletionsConfig | None]]


class AttachingView(Protocol):
    """The strip of files above the composer's text."""

    def show_attachments(self, files: Sequence[Attachment], *, reading: int) -> None:
        """Show the files; `reading` more are being read."""
        ...

    def show_notice(self, error: ParleyError) -> None:
        """Say why a file was not taken."""
        ...


class AttachingPresenter:
    """Keeps the files of each conversation's next message, in `drafts` too.

    `config` tells which model the next message goes to.
    """

    def __init__(
        self,
        view: AttachingView,
        attaching: Attaching,
        drafts: DraftRepository,
        config: ReadConfig,
    ) -> None:
        self._view = view
        self._attaching = attaching
        self._drafts = drafts
        self._config = config
        self._shown: ConversationId | None = None
        self._files: dict[ConversationId | None, list[Attachment]] = {}
        self._reading: dict[ConversationId | None, int] = {}

    async def restore_new_chat(self) -> None:
        """Take up what waits for the first message of a chat that was not begun."""
        self.restore(None, await self._drafts.files_of_new_chat())

    def restore(self, conversation_id: ConversationId | None, files: Sequence[Attachment]) -> None:
        """Take up what was kept with a draft, unless its files are at hand."""
        self._files.setdefault(conversation_id, list(files))
        self._refresh()

    def show(self, conversation_id: ConversationId | None) -> None:
        """Show the files of another conversation."""
        self._shown = conversation_id
        self._refresh()

    def parts(self, conversation_id: ConversationId | None) -> tuple[ContentPart, ...]:
        """Return what goes with the next message."""
        return tuple(file.part for file in self._files.get(conversation_id, ()))

    def name(self, conversation_id: ConversationId | None) -> str:
        """Name the first file; '' where there is none."""
        files = self._files.get(conversation_id)
        return files[0].name if files else ""

    def sent(self, conversation_id: ConversationId | None, parts: Sequence[ContentPart]) -> None:
        """Let go of what is stored with a message, and there no draft any more."""
        left = [each for each in self._files.pop(conversation_id, []) if each.part not in parts]
        if left:
            self._files[conversation_id] = left
        self._refresh()

    async def add_files(self, paths: Sequence[Path]) -> None:
        """Read files and add them to the message that is being written."""
        target = self._shown
        for path in paths:
            await self._add(
                target, lambda config, path=path: self._attaching.from_file(path, config)
            )

    async def add_picture(self, data: bytes, name: str) -> None:
        """Add a picture that was pasted."""
        target = self._shown
        await self._add(target, lambda config: self._attaching.from_picture(data, name, config))

    async def remove(self, place: int) -> None:
        """Take a file out again."""
        target = self._shown
        files = self._files.get(target, [])
        if place < len(files):
            del files[place]
            self._refresh()
            await self._keep(target)

    async def _add(
        self,
        target: ConversationId | None,
        read: Callable[[CompletionsConfig | None], Awaitable[Attachment]],
    ) -> None:
        self._reading[target] = self._reading.get(target, 0) + 1
        self._refresh()
        try:
            if len(self._files.get(target, ())) >= MAX_FILES:
                raise AttachmentRefused(
                    f"More than {MAX_FILES} files don't go with one message.",
                    cure="Send these first, then the others.",
                )
            attachment = await read(await self._model())
            self._files.setdefault(target, []).append(attachment)
            await self._keep(target)
        except ParleyError as error:
            self._view.show_notice(error)
        finally:
            self._reading[target] -= 1
            self._refresh()

    async def _keep(self, target: ConversationId | None) -> None:
        """Store the files as they are now; they may go with a question meanwhile."""
        kept: tuple[Attachment, ...] | None = None
        while kept != (files := tuple(self._files.get(target, ()))):
            await self._drafts.save_files(target, files)
            kept = files

    async def _model(self) -> CompletionsConfig | None:
        try:
            return await self._config()
        except ParleyError:
            return None  # sending says what is wrong

    def _refresh(self) -> None:
        files = self._files.get(self._shown, [])
        self._view.show_attachments(files, reading=self._reading.get(self._shown, 0))
