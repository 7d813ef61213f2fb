"""The vectors of one model: kept in the database, searched in a file that follows it."""

import asyncio
import logging
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.passages import IndexedModel
from desktop.storage.file_errors import file_errors
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.vectors.head import live_in

if TYPE_CHECKING:
    from desktop.vectors.index_file import IndexFile
    from desktop.vectors.quantise import Floats, Ids

logger = logging.getLogger(__name__)

_BATCH = 2000  # vectors read from the database at a time
_SAMPLE = 64
_SPARE = 70
"""Candidates beyond those wanted that are compared again, by their stored vectors."""


class MeaningIndex:
    """Finds the nearest texts; `folder` may be lost at any time and is made anew."""

    def __init__(self, folder: Path, model: IndexedModel, embeddings: EmbeddingRepository) -> None:
        self.model = model
        self.name = sha256(
            f"{model.id} {model.host} {model.name} {model.dimension}".encode()
        ).hexdigest()[:16]
        self._folder = folder / self.name
        self._embeddings = embeddings
        self._file: IndexFile | None = None
        self._using = asyncio.Lock()
        self._is_checked = False

    @property
    def count(self) -> int:
        """How many vectors were searched among the last time."""
        return 0 if self._file is None else len(self._file.ids)

    async def sync(self) -> None:
        """Bring the file up to what the database has: new vectors, and none that are gone.

        Raises:
            StorageError: the database can't be read, or the file can't be written.
        """
        async with self._using:
            with file_errors(self._folder):
                await self._follow(await self._opened())

    async def check(self) -> None:
        """Look once whether the file's rows are whole and this database's; else make it anew.

        Opening does not look: it has to be quick, and the rows are nearly all of the file.

        Raises:
            StorageError: the database can't be read, or the file can't be written.
        """
        async with self._using:
            if self._file is None or self._is_checked:
                return
            self._is_checked = True
            with file_errors(self._folder):
                if not await self._is_sound(self._file):
                    logger.warning("The index of vectors is made anew: its rows are wrong.")
                    await asyncio.to_thread(self._file.clear)
                    await self._follow(self._file)

    async def is_behind(self) -> bool:
        """Say whether the file, where there is one, has vectors that the database has not.

        Raises:
            StorageError: the database can't be read.
        """
        if self._file is not None:
            live = self._file.live
        else:
            live = await asyncio.to_thread(live_in, self._folder)
        return live > await self._embeddings.count(self.model.id)

    async def nearest(
        self, query: "Floats", count: int, allowed: "Ids | None" = None
    ) -> list[tuple[int, float]]:
        """Return up to `count` ids with their product with `query`, the nearest first.

        Raises:
            StorageError: the database can't be read, or the file can't be read.
        """
        async with self._using:
            with file_errors(self._folder):
                file = await self._opened()
                found = await asyncio.to_thread(_scan, file, query, count + _SPARE, allowed)
        blobs = await self._embeddings.vectors(found)
        return await asyncio.to_thread(_rank, blobs, query, count)

    async def _is_sound(self, file: "IndexFile") -> bool:
        if not await asyncio.to_thread(file.is_whole):
            return False
        places = await asyncio.to_thread(_sample, file)
        blobs = await self._embeddings.vectors(list(places))
        return await asyncio.to_thread(_are_same, file, places, blobs)

    async def _opened(self) -> "IndexFile":
        if self._file is None:
            self._file = await asyncio.to_thread(_open, self._folder, self.model.dimension)
        return self._file

    async def _follow(self, file: "IndexFile") -> None:
        if file.last_id > await self._embeddings.highest_id():
            await asyncio.to_thread(file.clear)  # an older copy of the database came back
        await self._append_new(file)
        if file.live != await self._embeddings.count(self.model.id):
            await self._drop_gone(file)

    async def _append_new(self, file: "IndexFile") -> None:
        while rows := await self._embeddings.after(self.model.id, file.last_id, _BATCH):
            await asyncio.to_thread(_append, file, rows)

    async def _drop_gone(self, file: "IndexFile") -> None:
        there = await self._embeddings.ids(self.model.id)
        await asyncio.to_thread(_keep, file, there)


def _open(folder: Path, dimension: int) -> "IndexFile":
    from desktop.vectors.index_file import DamagedIndex, IndexFile

    try:
        return IndexFile.open(folder, dimension)
    except DamagedIndex as damage:
        logger.warning("The index of vectors is made anew: %s.", damage)
        index = IndexFile(folder, dimension)
        index.clear()
        return index


def _append(file: "IndexFile", rows: list[tuple[int, bytes]]) -> None:
    import numpy as np

    from desktop.vectors.quantise import from_blobs

    ids = np.array([id_ for id_, _ in rows], np.int64)
    file.append(ids, from_blobs([blob for _, blob in rows]))


def _keep(file: "IndexFile", there: list[int]) -> None:
    import numpy as np

    from desktop.vectors.index_file import DELETED

    alive = np.isin(file.ids, np.array(there, np.int64))
    file.delete(~alive & (file.ids != DELETED))


def _sample(file: "IndexFile") -> dict[int, int]:
    """Return some ids, evenly spread, with their places in the file."""
    import numpy as np

    from desktop.vectors.index_file import DELETED

    places = np.flatnonzero(file.ids != DELETED)
    few = places[:: max(1, len(places) // _SAMPLE)]
    return dict(zip(file.ids[few].tolist(), few.tolist(), strict=True))


def _are_same(file: "IndexFile", places: dict[int, int], blobs: dict[int, bytes]) -> bool:
    """Say whether the file has the vectors that the database has."""
    import numpy as np

    from desktop.vectors.quantise import from_blobs, quantise

    if not blobs:
        return True
    rows, _ = quantise(from_blobs(list(blobs.values())))
    return np.array_equal(file.rows[[places[id_] for id_ in blobs]], rows)


def _scan(file: "IndexFile", query: "Floats", count: int, allowed: "Ids | None") -> list[int]:
    from desktop.vectors.nearest import best, scan

    return best(file, scan(file, query), count, allowed).tolist() if file.live else []


def _rank(blobs: dict[int, bytes], query: "Floats", count: int) -> list[tuple[int, float]]:
    import numpy as np

    from desktop.vectors.quantise import from_blobs

    if not blobs:
        return []
    ids = list(blobs)
    scores = from_blobs(list(blobs.values())) @ query
    order = np.argsort(-scores, kind="stable")[:count]
    return [(ids[place], float(scores[place])) for place in order]
