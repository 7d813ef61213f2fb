"""The vectors of one model: kept in the database, searched in a file that follows it."""

import asyncio
import logging
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.passages import IndexedModel
from desktop.storage.file_errors import file_errors
from desktop.storage.repositories.embeddings import EmbeddingRepository

if TYPE_CHECKING:
    from desktop.vectors.index_file import IndexFile
    from desktop.vectors.quantise import Floats, Ids

logger = logging.getLogger(__name__)

_BATCH = 2000  # vectors read from the database at a time
_OVERSAMPLE = 8
_LEAST = 64
"""Candidates of a scan of bytes that are compared again, by their stored vectors."""


class MeaningIndex:
    """Finds the nearest texts; `folder` may be lost at any time and is made anew."""

    def __init__(self, folder: Path, model: IndexedModel, embeddings: EmbeddingRepository) -> None:
        self.model = model
        name = sha256(
            f"{model.id} {model.host} {model.name} {model.dimension}".encode()
        ).hexdigest()[:16]
        self._folder = folder / name
        self._embeddings = embeddings
        self._file: IndexFile | None = None
        self._using = asyncio.Lock()

    async def sync(self) -> None:
        """Bring the file up to what the database has: new vectors, and none that are gone.

        Raises:
            StorageError: the database can't be read, or the file can't be written.
        """
        async with self._using:
            with file_errors(self._folder):
                await self._follow(await self._opened())

    async def nearest(
        self, query: "Floats", count: int, allowed: "Ids | None" = None
    ) -> list[tuple[int, float]]:
        """Return up to `count` ids with their cosine to `query`, the nearest first.

        Raises:
            StorageError: the database can't be read, or the file can't be read.
        """
        async with self._using:
            with file_errors(self._folder):
                file = await self._opened()
                wanted = max(_LEAST, _OVERSAMPLE * count)
                found = await asyncio.to_thread(_scan, file, query, wanted, allowed)
        blobs = await self._embeddings.vectors(found)
        return await asyncio.to_thread(_rank, blobs, query, count)

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
