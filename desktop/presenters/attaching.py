"""The files in the composer: added, removed, sent with the next message."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from desktop.core.content import ContentPart
from desktop.core.errors import AttachmentRefused, ParleyError
from desktop.core.ids import ConversationId
from desktop.llm.factory import CompletionsConfig
from desktop.services.attaching import MAX_FILES, Attaching, Attachment

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
    """Keeps the files of each conversation's next message while the app runs.

    `config` tells which model the next message goes to.
    """

    def __init__(self, view: AttachingView, attaching: Attaching, config: ReadConfig) -> None:
        self._view = view
        self._attaching = attaching
        self._config = config
        self._shown: ConversationId | None = None
        self._files: dict[ConversationId | None, list[Attachment]] = {}
        self._reading: dict[ConversationId | None, int] = {}

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
        """Let go of what is safely stored with a message; what was added since stays."""
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

    def remove(self, place: int) -> None:
        """Take a file out again."""
        files = self._files.get(self._shown, [])
        if place < len(files):
            del files[place]
        self._refresh()

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
        except ParleyError as error:
            self._view.show_notice(error)
        finally:
            self._reading[target] -= 1
            self._refresh()

    async def _model(self) -> CompletionsConfig | None:
        try:
            return await self._config()
        except ParleyError:
            return None  # sending says what is wrong

    def _refresh(self) -> None:
        files = self._files.get(self._shown, [])
        self._view.show_attachments(files, reading=self._reading.get(self._shown, 0))
