"""Connects the composer's files with what reads them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QImage

from desktop.backend import Backend
from desktop.core.attachment import Attachment
from desktop.presenters.attaching import AttachingPresenter
from desktop.services.attaching import Attaching
from desktop.storage.repositories.drafts import DraftRepository
from desktop.ui.dialogs import choose_files_to_open
from desktop.ui.main_window import MainWindow
from desktop.ui.pictures import png_of, prepare_picture
from desktop.ui.tasks import TaskScope


class AttachingOpening:
    """Answers the composer's button, what is dropped on it and what is pasted into it."""

    def __init__(self, window: MainWindow, work: TaskScope, backend: Backend) -> None:
        self._window = window
        self._work = work
        self.presenter = AttachingPresenter(
            _AttachingView(window),
            Attaching(backend.database.attachments, prepare_picture),
            DraftRepository(backend.database),
            backend.connections.config,
        )
        composer = window.chat.composer
        composer.attach_requested.connect(self._choose_later)
        composer.attachment_removed.connect(self._remove)
        composer.edit.files_given.connect(self._add)
        composer.edit.picture_given.connect(self._add_picture)
        window.commands.attach.triggered.connect(self._choose_later)

    def _remove(self, place: int) -> None:
        self._work.start(self.presenter.remove(place), name="remove a file")

    def _choose_later(self) -> None:
        self._work.start(self._choose(), name="choose files to attach")

    async def _choose(self) -> None:
        window = self._window
        filters = [window.tr("All files (*)")]
        title = window.tr("Attach files")
        paths = await choose_files_to_open(window, title, filters, several=True)
        await self.presenter.add_files(paths)

    def _add(self, paths: Sequence[Path]) -> None:
        self._work.start(self.presenter.add_files(paths), name="attach files")

    def _add_picture(self, image: QImage) -> None:
        self._work.start(self._paste(image), name="attach a picture")

    async def _paste(self, image: QImage) -> None:
        name = self._window.tr("Pasted picture")
        await self.presenter.add_picture(await png_of(image), name)


class _AttachingView:
    """The composer's strip, and the notices above it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.show_notice = window.show_notice

    def show_attachments(self, files: Sequence[Attachment], *, reading: int) -> None:
        self._window.chat.composer.show_attachments(files, reading=reading)
