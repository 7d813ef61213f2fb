"""Reports of crashes: kept on this computer only, without keys and without what variables held."""

import faulthandler
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from desktop import __version__
from desktop.core.redaction import redact

logger = logging.getLogger(__name__)

MOST_KEPT = 10
MOST_IN_ONE_RUN = 5
_LONGEST_MESSAGE = 300
_NEW, _SEEN = ".new.txt", ".txt"


class CrashReports:
    """Writes one file for each crash into `folder`, and hands out those nobody has seen.

    A message of an error may quote what was being worked on, so only its beginning is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fatal = folder / "fatal.log"
        self._written = 0

    @contextmanager
    def watching(self) -> Generator[None]:
        """Keep what ends the process or a thread without a word, until the block ends.

        Where the folder can't be written, Parley runs without.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._gather()
            file = self._fatal.open("w", encoding="utf-8")
        except OSError as error:
            logger.warning("Crashes can't be kept: %s", error)
            yield
            return
        with file:
            mine = not faulthandler.is_enabled()  # else somebody asked Python for it
            if mine:
                faulthandler.enable(file)
            before = threading.excepthook
            threading.excepthook = self._keep_thread
            try:
                yield
            finally:
                threading.excepthook = before
                if mine:
                    faulthandler.disable()
        self._fatal.unlink(missing_ok=True)

    def keep(self, error: BaseException) -> None:
        """Write a report of `error`; of many in one run only the first ones."""
        if self._written == MOST_IN_ONE_RUN:
            return
        self._written += 1
        steps = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
        said = str(error)[:_LONGEST_MESSAGE]
        with suppress(OSError):
            self._write(f"{steps}{type(error).__name__}: {said}\n")

    def take_new(self) -> str | None:
        """Return the newest report that was not seen yet; all of them count as seen then."""
        text = None
        with suppress(OSError):
            for path in sorted(self.folder.glob(f"*{_NEW}")):
                text = path.read_text("utf-8", errors="replace")
                path.replace(path.with_name(path.name.removesuffix(_NEW) + _SEEN))
        return text

    def _gather(self) -> None:
        """Make a report of what the interpreter wrote when it crashed, and thin old ones."""
        if self._fatal.exists():
            text = self._fatal.read_text("utf-8", errors="replace")
            if text.strip():
                self._write(text)
        for old in sorted(self.folder.glob(f"*{_SEEN}"))[:-MOST_KEPT]:
            old.unlink(missing_ok=True)

    def _write(self, text: str) -> None:
        now = datetime.now(UTC)
        head = (
            f"Parley {__version__}, {now:%Y-%m-%d %H:%M} UTC\n"
            f"{platform.platform()}, Python {platform.python_version()}\n\n"
        )
        path = self.folder / f"crash-{now:%Y%m%d-%H%M%S}-{self._written}{_NEW}"
        path.write_text(head + _without_names(redact(text)), "utf-8")

    def _keep_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or args.exc_type is SystemExit:
            return
        logger.error("An error ended a thread.", exc_info=args.exc_value)
        self.keep(args.exc_value)


def _without_names(text: str) -> str:
    """Take out where the user's files are, which often is their name."""
    for place in (sys.prefix, str(Path("~").expanduser())):
        if len(place) > len(os.sep):
            text = text.replace(place, "~")
    return text
