"""Conversations taken out and put in, as the user asks for it."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from pathlib import Path
from typing import Any, Protocol

from desktop.core.errors import ParleyError
from desktop.core.extras import Extras
from desktop.core.ids import ConversationId
from desktop.presenters.work import Work
from desktop.services.transfer.exporter import Exporter, Format
from desktop.services.transfer.importer import Importer, Preview, Report


class ProgressView(Protocol):
    """Whatever takes a while."""

    def set_progress(self, done: int, total: int) -> None:
        """Show how much is done; a total of 0 is one that is not known."""
        ...

    def set_working(self, working: bool) -> None:
        """While it works, the only choice is to cancel."""
        ...

    def show_error(self, error: ParleyError) -> None:
        """Say what failed."""
        ...

    def show_done(self, message: str) -> None:
        """Say what was done."""
        ...


class ExportView(ProgressView, Protocol):
    """The choice of what to export, and how."""

    def offer(self, title: str, chosen: int, count: int, in_trash: int) -> None:
        """Offer the `chosen` conversations, a single one by its title, and all of them.

        `in_trash` are how many are in the trash, which can be added to all.
        """
        ...


class ImportView(ProgressView, Protocol):
    """What a file holds, before it is put in."""

    def show_preview(self, preview: Preview) -> None:
        """List what could be put in."""
        ...

    def show_report(self, report: Report) -> None:
        """Say what was put in and what was not."""
        ...


class _OneAtATime:
    """Runs one cancellable piece of work, and shows how it goes."""

    def __init__(self, view: ProgressView, work: Work) -> None:
        self._view = view
        self._work = work
        self._task: asyncio.Task[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something runs."""
        return self._task is not None

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Begin; while something runs already, nothing happens."""
        if self.is_busy:
            work.close()
            return
        self._view.set_working(True)
        self._task = self._work.start(self._run(work), name=name)

    def cancel(self) -> None:
        """End what runs."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ParleyError as error:
            self._view.show_error(error)
        finally:
            self._task = None
            self._view.set_working(False)


class ExportPresenter:
    """Exports the conversations that are chosen, or all of them."""

    def __init__(self, view: ExportView, exporter: Exporter, work: Work) -> None:
        self._view = view
        self._exporter = exporter
        self._running = _OneAtATime(view, work)
        self._chosen: list[ConversationId] = []

    async def open(self, chosen: Sequence[ConversationId], title: str) -> None:
        """Offer what can be exported now; `title` is that of a single one."""
        ids, trashed = await self._exporter.ids(), await self._exporter.ids(trash=True)
        there = set(ids)
        self._chosen = [each for each in chosen if each in there]
        self._view.offer(title, len(self._chosen), len(ids), len(trashed))

    def export(self, *, everything: bool, with_trash: bool, fmt: Format, target: Path) -> None:
        """Write the file; of `everything` also the presets and folders, where it can hold them."""
        everything = everything or not self._chosen
        work = self._export(everything, everything and with_trash, fmt, target)
        self._running.start(work, "export")

    def cancel(self) -> None:
        """Give up; what had the file's name before is intact."""
        self._running.cancel()

    async def _export(self, everything: bool, with_trash: bool, fmt: Format, target: Path) -> None:
        ids = await self._exporter.ids() if everything else self._chosen
        if with_trash:
            ids = [*ids, *await self._exporter.ids(trash=True)]
        count = await self._exporter.export(
            ids, fmt, target, self._view.set_progress, with_extras=everything
        )
        noun = "conversation" if count == 1 else "conversations"
        self._view.show_done(f"{count:,} {noun} written to {target.name}.")


class ImportPresenter:
    """Looks into a file, then puts in what the user chose; `on_imported` follows."""

    def __init__(
        self,
        view: ImportView,
        importer: Importer,
        work: Work,
        *,
        on_imported: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._view = view
        self._importer = importer
        self._work = work
        self._running = _OneAtATime(view, work)
        self._on_imported = on_imported
        self._preview: Preview | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a file is being looked into or put in."""
        return self._running.is_busy

    def look(self, path: Path) -> None:
        """Say what is in the file."""
        self._preview = None
        self._running.start(self._look(path), "look into a file")

    def put_in(self, chosen: Collection[ConversationId], with_extras: bool) -> None:
        """Put in what the user chose."""
        if self._preview is not None and (chosen or with_extras):
            work = self._put_in(self._preview, set(chosen), with_extras)
            self._running.start(work, "import")

    def cancel(self) -> None:
        """Give up; nothing of it stays."""
        self._running.cancel()

    async def _look(self, path: Path) -> None:
        self._preview = await self._importer.preview(path, self._view.set_progress)
        self._view.show_preview(self._preview)

    async def _put_in(
        self, preview: Preview, chosen: Collection[ConversationId], with_extras: bool
    ) -> None:
        report = await self._importer.run(
            preview, chosen, self._view.set_progress, with_extras=with_extras
        )
        self._view.show_report(report)
        # By itself: there is nothing to cancel any more.
        self._work.start(self._on_imported(), name="show what was imported")


def in_words(report: Report) -> str:
    """Say what an import did in one sentence."""
    if not report.messages and not report.conversations and not report.extras:
        return "Everything in it was here already; nothing was changed."
    noun = "conversation" if report.conversations == 1 else "conversations"
    messages = "message" if report.messages == 1 else "messages"
    said: list[str] = []
    if report.messages or report.conversations:
        said.append(f"{report.conversations:,} {noun} with {report.messages:,} {messages}")
    if report.extras:
        said.append(extras_in_words(report.extras))
    one = not report.messages and len(report.extras.presets) + len(report.extras.folders) == 1
    return f"{' and '.join(said)} {'was' if one else 'were'} added."


def extras_in_words(extras: Extras) -> str:
    """Count presets and folders."""
    presets, folders = len(extras.presets), len(extras.folders)
    said = [
        f"{count:,} {noun if count == 1 else noun + 's'}"
        for count, noun in ((presets, "preset"), (folders, "folder"))
        if count
    ]
    return " and ".join(said)


def lines(skipped: Sequence[Any]) -> list[str]:
    """Say what was left out and why, the same things together."""
    counts: dict[str, int] = {}
    for each in skipped:
        line = f"{each.what}: {each.why}."
        counts[line] = counts.get(line, 0) + 1
    return [line if count == 1 else f"{line} ({count:,} times)" for line, count in counts.items()]
