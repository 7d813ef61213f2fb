"""The composition root: the window first, everything else after its first paint."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.composition.wiring import Wiring
from desktop.core.crash_reports import CrashReports
from desktop.core.errors import (
    AlreadyRunning,
    DamagedDatabase,
    NotOurDatabase,
    ParleyError,
    StorageError,
)
from desktop.core.logs import log_to
from desktop.core.preferences import preferences_from
from desktop.storage.instance import InstanceLock
from desktop.storage.paths import Paths
from desktop.storage.start_state import StartState, read_start_state
from desktop.ui.event_loop import EventLoop
from desktop.ui.first_paint import FirstPaint
from desktop.ui.fonts import load_fonts
from desktop.ui.garbage import GarbageCollection
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import QT_ARGUMENTS, Theme

if TYPE_CHECKING:
    from desktop.composition.ready import Ready

logger = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long a thread that works keeps the window's waiting; Python's own 5 ms are felt."""

EXIT_SECONDS = 10.0
"""The app ends this long after it was asked to, whatever still hangs."""


def run(home: Path | None, *, demo: bool, file: Path | None = None) -> int:
    """Run the app until its window closes; return the exit code.

    `file` is one of conversations: what is in it is shown, to be imported.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    app = make_application()
    garbage = GarbageCollection()
    garbage.start()
    with asyncio.Runner(loop_factory=lambda: EventLoop(app)) as runner:
        code = runner.run(Parley(app, home, demo=demo, file=file).main())
        # All is stored and closed: a task that never ends must not keep the process alive.
        runner.get_loop().call_later(EXIT_SECONDS, os._exit, code)
        return code


def make_application() -> QApplication:
    """Make the one QApplication of this process."""
    app = QApplication(["parley", *QT_ARGUMENTS])
    app.setApplicationName("parley")
    app.setApplicationDisplayName("Parley")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("parley")
    # Closing is ours to decide: answers and the database end first.
    app.setQuitOnLastWindowClosed(False)
    return app


class Parley:
    """One run of the app: opened, used, closed.

    `window` is there from the first paint on; `opened` is set once it answers.
    """

    window: MainWindow | None = None

    def __init__(
        self, app: QApplication, home: Path | None, *, demo: bool, file: Path | None = None
    ) -> None:
        self._app = app
        self._paths = Paths.resolve(home)
        self._demo = demo
        self._file = file
        self._stop = asyncio.Event()
        self._damage: DamagedDatabase | None = None
        self._mended: ParleyError | None = None
        self._crashes = CrashReports(self._paths.crashes)
        self.opened = asyncio.Event()

    async def main(self) -> int:
        """Show the window, run until it is closed, then put everything away."""
        load_fonts(self._app)
        theme = Theme(self._app)
        try:
            self._paths.create()
            with (
                InstanceLock(self._paths),
                log_to(self._paths.log),
                self._crashes.watching(),
            ):
                return await self._run_mended(theme)
        except AlreadyRunning as error:
            if _call_first_window(self._paths.data, self._file):
                return 0
            await _show_fatal(error, self._paths.data)
        except StorageError as error:
            await _show_fatal(error, self._paths.data)
        except Exception as error:
            # The outermost boundary: a newcomer gets a sentence, the log the traceback.
            logger.exception("Parley could not start.")
            self._crashes.keep(error)
            await _show_fatal(
                ParleyError(
                    "Parley could not start: something is wrong inside it.",
                    cure=f"Your data is untouched. The log in {self._paths.log} has the details.",
                ),
                self._paths.data,
            )
        return 1

    async def _run_mended(self, theme: Theme) -> int:
        """Run; a database that can't be used is mended, if the user wants, and opened again."""
        while True:
            try:
                return await self._run(theme)
            except (DamagedDatabase, NotOurDatabase) as error:
                from desktop.composition.recovering import in_words, offer_recovery

                recovery = await offer_recovery(error, self._paths)
                if recovery is None:
                    return 1
                self._mended = in_words(recovery)
                self._damage = None
                self._stop.clear()
                self.opened.clear()

    def _mend(self, damage: DamagedDatabase) -> None:
        self._damage = damage
        self._stop.set()

    async def _run(self, theme: Theme) -> int:
        state = read_start_state(self._paths.database)
        self.window = window = self._make_window(theme, state)
        report = reporter(window, self._crashes)
        work = TaskScope(report)
        wiring = Wiring(window, theme, work)
        if self._is_first_run(state):
            wiring.connect_first_run(window.first_run)
        window.close_requested.connect(self._stop.set)
        with catching(report), StopSignals(self._stop):
            painted = FirstPaint(window)
            window.show()
            await painted.wait()
            try:
                wiring.answer_with(await self._open(window, theme, work, state, wiring.open_file))
                self.opened.set()
                self._open_file(wiring)
                self._tell_of_crash(window)
                await self._stop.wait()
            finally:
                await self._close(window, work, wiring)
        if self._damage is not None:
            raise self._damage
        return 0

    def _open_file(self, wiring: Wiring) -> None:
        file, self._file = self._file, None  # not again after a mending
        if file is not None:
            wiring.open_file(file)

    def _tell_of_crash(self, window: MainWindow) -> None:
        report = self._crashes.take_new()
        if report is None:
            return
        from desktop.ui.crash_dialog import CrashDialog

        dialog = CrashDialog(window, report, self._crashes.folder)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def _open(
        self,
        window: MainWindow,
        theme: Theme,
        work: TaskScope,
        state: StartState,
        open_file: Callable[[Path], None],
    ) -> "Ready":
        open_all = await asyncio.to_thread(_import_opening)
        return await open_all(
            window,
            theme,
            work,
            self._paths,
            demo=self._demo,
            configured=state.configured,
            first_run=self._is_first_run(state),
            mend=self._mend,
            mended=self._mended,
            open_file=open_file,
        )

    def _is_first_run(self, state: StartState) -> bool:
        return not (state.configured or state.conversations or self._demo)

    def _make_window(self, theme: Theme, state: StartState) -> MainWindow:
        preferences = preferences_from(state.app)
        theme.set_mode(preferences.theme)
        window = MainWindow(theme=theme, icons=Icons())
        window.restore_window_state(state.app.get("window", {}))
        window.apply_preferences(preferences)
        window.take_over_closing()
        window.sidebar.show_conversations(state.conversations)
        window.chat.composer.set_text(_draft(state))
        if self._is_first_run(state):
            window.show_page("first_run")
        return window

    async def _close(self, window: MainWindow, work: TaskScope, wiring: Wiring) -> None:
        # A frozen thread must not keep a closed window's process alive for ever.
        deadline = asyncio.get_running_loop().call_later(EXIT_SECONDS, os._exit, 1)
        window.allow_close()
        async with AsyncExitStack() as steps:
            steps.callback(deadline.cancel)
            steps.callback(window.close)
            steps.push_async_callback(wiring.aclose)
            steps.push_async_callback(work.aclose)
            steps.callback(window.hide)
            steps.push_async_callback(wiring.save)


def _call_first_window(data: Path, file: Path | None) -> bool:
    from desktop.ui.first_window import call_first_window

    return call_first_window(data, file)


async def _show_fatal(error: ParleyError, folder: Path) -> None:
    from desktop.ui.dialogs import show_fatal

    closed = asyncio.Event()
    dialog = show_fatal(error, folder=str(folder))
    dialog.finished.connect(closed.set)
    await closed.wait()


def _draft(state: StartState) -> str:
    text = state.app.get("draft", {}).get("text", "")
    return text if isinstance(text, str) else ""


def _import_opening() -> "Callable[..., Awaitable[Ready]]":
    from desktop.composition.opening import open_all

    return open_all


def reporter(window: MainWindow, crashes: CrashReports) -> Callable[[BaseException], None]:
    """Return the one place that shows errors which belong to no field and no message.

    What is wrong inside Parley itself is kept for the next start, too.
    """

    def report(error: BaseException) -> None:
        if not isinstance(error, ParleyError):
            crashes.keep(error)
            error = ParleyError(
                "Something went wrong inside Parley.",
                cure="What you wrote is kept; the log has the details.",
            )
        window.show_notice(error)

    return report


@contextmanager
def catching(report: Callable[[BaseException], None]) -> Generator[None]:
    """Log and report what no task and no handler caught, such as an error in a slot."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, ParleyError):
            logger.error("An error nobody caught.", exc_info=(kind, error, trace))
        report(error)

    before = sys.excepthook
    sys.excepthook = hook
    try:
        yield
    finally:
        sys.excepthook = before


class StopSignals:
    """Sets `stop` on SIGINT and SIGTERM, also while Qt waits for events.

    Python runs signal handlers between bytecodes only; the wake-up socket makes the
    event loop run some as soon as a signal comes.
    """

    def __init__(self, stop: asyncio.Event) -> None:
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._read, self._write = socket.socketpair()
        self._handlers: dict[signal.Signals, Any] = {}
        self._wakeup = -1

    def __enter__(self) -> None:
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._wakeup = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._loop.add_reader(self._read, self._wake)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._handlers[number] = signal.signal(number, self._on_signal)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._loop.remove_reader(self._read)
        self._read.close()
        self._write.close()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _wake(self) -> None:
        self._read.recv(64)
