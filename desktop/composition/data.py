"""Opens the dialogs for what is stored as a whole; there is one of each at a time."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from desktop.backend import Backend
from desktop.core.errors import ImportFailed, ParleyError
from desktop.core.ids import ConversationId
from desktop.presenters.backups import BackupsPresenter
from desktop.presenters.chat import ChatPresenter
from desktop.presenters.transfer import ExportPresenter, ImportPresenter
from desktop.services.transfer.exporter import Exporter, Format, file_name, suffix_for
from desktop.services.transfer.importer import Importer
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.ui.data.backups_dialog import BackupsDialog
from desktop.ui.data.export_dialog import ExportDialog
from desktop.ui.data.import_dialog import ImportDialog
from desktop.ui.data.pdf import write_pdf
from desktop.ui.dialogs import choose_file_to_save, choose_files_to_open
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope


class DataOpening:
    """Makes each dialog when it is first asked for.

    `on_replaced` is awaited when everything stored has become something else.
    """

    def __init__(
        self,
        window: MainWindow,
        work: TaskScope,
        backend: Backend,
        chat: ChatPresenter,
        *,
        on_replaced: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._window = window
        self._work = work
        self._backend = backend
        self._chat = chat
        self._on_replaced = on_replaced
        self._backups: BackupsDialog | None = None
        self._export: tuple[ExportDialog, ExportPresenter] | None = None
        self._title = ""
        self._import: tuple[ImportDialog, ImportPresenter] | None = None
        self._importer = Importer(ArchiveRepository(backend.database), backend.backups)

    def keep_backups(self) -> None:
        """Make a copy whenever one is due, as long as the window is open."""
        work = self._backend.backups.keep_making(self._window.show_notice)
        self._work.start(work, name="keep backups")

    def end_import(self) -> None:
        """Take out what an import put in that a crash cut off, and say so."""
        self._work.start(self._end_import(), name="take back an import")

    async def _end_import(self) -> None:
        if not await self._importer.take_back_unfinished():
            return
        await self._on_replaced()
        tr = self._window.tr
        self._window.show_notice(
            ParleyError(
                tr("An import was cut off; what it had put in was taken out again."),
                cure=tr("Import the file once more to have all of it."),
            )
        )

    async def open_backups(self) -> None:
        """Show the copies of everything, or bring them to the front."""
        if self._backups is None:
            self._backups = self._make_backups()
        self._backups.open()
        self._backups.raise_()
        await self._presenter.refresh()

    async def open_export(self, ids: Sequence[ConversationId] = ()) -> None:
        """Offer conversations for export: those given, else what is chosen or on screen."""
        if self._export is None:
            self._export = self._make_export()
        dialog, presenter = self._export
        rows = self._window.sidebar.list.all_chosen()
        chosen = list(ids) or [row.id for row in rows]
        if not chosen and self._chat.current is not None:  # it is not in the list just now
            chosen = [self._chat.current]
        titles = [row.title for row in rows if [row.id] == chosen]
        self._title = titles[0] if titles else self._window.chat.header.title
        await presenter.open(chosen, self._title)
        dialog.open()
        dialog.raise_()

    async def open_import(self) -> None:
        """Let the user choose a file, and show what is in it."""
        window = self._window
        filters = [window.tr("Exports (*.zip *.json)"), window.tr("All files (*)")]
        paths = await choose_files_to_open(window, window.tr("Import conversations"), filters)
        if paths:
            await self.open_file(paths[0])

    async def open_file(self, path: Path) -> None:
        """Show what is in a file; nothing is put in before the user says so.

        Raises:
            ImportFailed: another one is being looked into or put in.
        """
        if self._import is None:
            self._import = self._make_import()
        dialog, presenter = self._import
        if presenter.is_busy:
            raise ImportFailed(
                f"{path.name} was not opened: another file is being imported.",
                cure="Open it again when that is done.",
            )
        dialog.begin(path.name)
        dialog.open()
        dialog.raise_()
        presenter.look(path)

    def _make_backups(self) -> BackupsDialog:
        backups = self._backend.backups
        dialog = BackupsDialog(self._window, folder=str(backups.directory))
        self._presenter = presenter = BackupsPresenter(
            dialog,
            backups,
            before_restore=self._chat.stop_all,
            after_restore=self._on_replaced,
        )

        def restore(number: int) -> None:
            self._work.start(presenter.restore(number), name="restore a backup")

        dialog.make_requested.connect(
            lambda: self._work.start(presenter.make(), name="make a backup")
        )
        dialog.restore_requested.connect(restore)
        return dialog

    def _make_export(self) -> tuple[ExportDialog, ExportPresenter]:
        dialog = ExportDialog(self._window)
        exporter = Exporter(ArchiveRepository(self._backend.database), write_pdf)
        presenter = ExportPresenter(dialog, exporter, self._work)

        async def choose(everything: bool, with_trash: bool, fmt: Format) -> None:
            count = dialog.count if everything else dialog.chosen
            count += dialog.in_trash if with_trash else 0
            suffix = suffix_for(fmt, count)
            title = self._title if count == 1 else self._window.tr("Conversations")
            name = file_name(title)
            target = await choose_file_to_save(dialog, dialog.windowTitle(), name, suffix)
            if target is not None:
                presenter.export(
                    everything=everything, with_trash=with_trash, fmt=fmt, target=target
                )

        def ask(everything: bool, with_trash: bool, fmt: Format) -> None:
            choosing = choose(everything, with_trash, fmt)
            self._work.start(choosing, name="choose where to export to")

        dialog.export_requested.connect(ask)
        dialog.cancel_requested.connect(presenter.cancel)
        return dialog, presenter

    def _make_import(self) -> tuple[ImportDialog, ImportPresenter]:
        dialog = ImportDialog(self._window)
        presenter = ImportPresenter(
            dialog, self._importer, self._work, on_imported=self._on_replaced
        )
        dialog.import_requested.connect(presenter.put_in)
        dialog.cancel_requested.connect(presenter.cancel)
        return dialog, presenter
