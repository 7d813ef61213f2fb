"""One look at a file or folder: what is new, what has changed and what is gone."""

import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from desktop.core.library import FileState, Source
from desktop.services.folder_scan import NotReached, Seen, TooMany, scan
from desktop.storage.repositories.library import Known, LibraryRepository


class Look:
    """Compares a source with the disk, a few files at a time.

    `on_progress` is called after each few that were new or had changed. `seconds` tells what
    looking cost, without what storing did; `refusal` why not all could be looked at.
    """

    def __init__(
        self, repository: LibraryRepository, source: Source, on_progress: Callable[[], None]
    ) -> None:
        self._repository = repository
        self._source = source
        self._on_progress = on_progress
        self._known: Known = {}
        self._stopped = False
        self.found = 0
        self.changes = 0
        self.seconds = 0.0
        self.refusal = ""

    def stop(self) -> None:
        """End it after the files under way: the source is about to go."""
        self._stopped = True

    async def run(self) -> None:
        """Look; new and changed files then wait to be read, those that are gone are forgotten.

        What can't be reached, such as a drive that is not there now, stays as it was.

        Raises:
            StorageError: what was found could not be stored.
        """
        started = time.monotonic()
        self._known = await self._repository.known(self._source.id)
        try:
            async with aclosing(scan(self._source.path)) as found:
                async for seen in found:
                    self.seconds += time.monotonic() - started
                    await self._take(seen)
                    if self._stopped:
                        return
                    started = time.monotonic()
        except NotReached as error:
            self.refusal = str(error)
            return
        except TooMany:
            self.refusal = (
                f"It holds more than {self.found:,} documents; those beyond are left out. "
                "Add the folders inside it that you need instead."
            )
            return
        self.changes += len(self._known)
        await self._repository.forget(self._source.id, list(self._known))

    async def _take(self, seen: Sequence[Seen]) -> None:
        """Compare some files; what stays in `_known` was not seen yet."""
        new: list[FileState] = []
        changed: list[FileState] = []
        for path, size, modified in seen:
            known = self._known.pop(path, None)
            if known != (size, modified):
                (new if known is None else changed).append(FileState(Path(path), size, modified))
        self.found += len(seen)
        if not new and not changed:
            return
        self.changes += len(new) + len(changed)
        if not await self._repository.found(self._source, new):
            self._stopped = True
        await self._repository.changed(self._source.id, changed)
        self._on_progress()
