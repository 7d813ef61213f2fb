"""One running Parley for each data directory."""

from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from desktop.core.errors import AlreadyRunning
from desktop.storage.file_errors import file_error
from desktop.storage.paths import Paths


class InstanceLock:
    """The operating system's lock on the data directory, held for as long as this object lives."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.lock_file
        self._lock = FileLock(self._path, timeout=0, thread_local=False)

    def acquire(self) -> None:
        """Take the lock at once or not at all.

        Raises:
            AlreadyRunning: another process holds it.
            DataNotWritable, DiskFull: the lock file can't be made.
        """
        try:
            self._lock.acquire()
        except Timeout as error:
            raise AlreadyRunning(
                f"Parley is already running with the data in {self._path.parent}.",
                cure="Use its window, or start this one with --home and another directory.",
            ) from error
        except OSError as error:
            raise file_error(error, self._path) from error

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        self._lock.release()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
