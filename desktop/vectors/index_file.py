"""The files of an index: rows of int8, their scales and ids, and a head that vouches for them.

They hold nothing that the database lacks. The head is replaced after the data is written, so
that a crash leaves rows behind its count at most, which the next opening cuts off.
"""

import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.vectors.head import VERSION, DamagedIndex, Head, read_head, remove_head, write_head
from desktop.vectors.quantise import Bytes, Floats, Ids, quantise

DELETED = -1
"""The id of a row whose vector is gone."""

_ROWS, _SCALES, _IDS = "rows.i8", "scales.f32", "ids.i64"


class IndexFile:
    """An opened index of vectors with `dimension` numbers; rows stay on disk until read."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self.dimension = dimension
        self.ids: Ids = np.empty(0, np.int64)
        self.scales: Floats = np.empty(0, np.float32)
        self.rows: Bytes = np.empty((0, dimension), np.int8)
        self.last_id = 0
        self._rows_check = 0

    @property
    def live(self) -> int:
        """How many rows are not deleted."""
        return int(np.count_nonzero(self.ids != DELETED))

    @classmethod
    def open(cls, folder: Path, dimension: int) -> "IndexFile":
        """Open the files in `folder`, empty ones where there are none.

        Raises:
            DamagedIndex: they can't be trusted.
            OSError: they can't be read or made.
        """
        index = cls(folder, dimension)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = read_head(folder)
        if head is None:
            index.clear()
        else:
            index._load(head)
        return index

    def clear(self) -> None:
        """Begin anew with nothing."""
        self.ids = np.empty(0, np.int64)
        self.scales = np.empty(0, np.float32)
        self.rows = np.empty((0, self.dimension), np.int8)
        self.last_id = self._rows_check = 0
        remove_head(self._folder)
        for name in (_ROWS, _SCALES, _IDS):
            (self._folder / name).write_bytes(b"")
        self._write_head()

    def append(self, ids: Ids, vectors: Floats) -> None:
        """Add unit vectors; their ids are larger than all before."""
        if not len(ids):
            return
        rows, scales = quantise(vectors)
        for name, data in ((_ROWS, rows), (_SCALES, scales), (_IDS, ids)):
            with (self._folder / name).open("ab") as file:
                file.write(np.ascontiguousarray(data).tobytes())
        self.ids = np.concatenate((self.ids, ids))
        self.scales = np.concatenate((self.scales, scales))
        self.last_id = int(ids[-1])
        self.rows = self._map()
        self._rows_check = _checksum(rows, self._rows_check)
        self._write_head()

    def delete(self, gone: NDArray[np.bool_]) -> None:
        """Erase the rows that the mask `gone` marks; their places stay empty."""
        places = np.flatnonzero(gone)
        if not len(places):
            return
        self.ids = np.where(gone, DELETED, self.ids)
        rows = np.memmap(self._folder / _ROWS, np.int8, "r+", shape=self.rows.shape)
        rows[places] = 0
        rows.flush()
        self._rows_check = _checksum(rows)
        (self._folder / _IDS).write_bytes(self.ids.tobytes())
        self._write_head()

    def is_whole(self) -> bool:
        """Say whether the rows are as they were written; reads them all."""
        return _checksum(self.rows) == self._rows_check

    def _load(self, head: Head) -> None:
        if head.version != VERSION or head.dimension != self.dimension:
            raise DamagedIndex("another version or dimension")
        self.ids = np.frombuffer(self._read(_IDS, head.count * 8), np.int64)
        self.scales = np.frombuffer(self._read(_SCALES, head.count * 4), np.float32)
        if self._check() != head.check:
            raise DamagedIndex("the checksum is wrong")
        size = head.count * self.dimension
        rows = self._folder / _ROWS
        if not rows.exists() or rows.stat().st_size < size:
            raise DamagedIndex("rows are missing")
        if rows.stat().st_size > size:
            os.truncate(rows, size)
        self.rows = self._map()
        self.last_id = head.last_id
        self._rows_check = head.rows_check

    def _read(self, name: str, size: int) -> bytes:
        path = self._folder / name
        if not path.exists() or path.stat().st_size < size:
            raise DamagedIndex(f"{name} is cut off")
        if path.stat().st_size > size:
            os.truncate(path, size)
        return path.read_bytes()

    def _map(self) -> Bytes:
        if not len(self.ids):
            return np.empty((0, self.dimension), np.int8)
        shape = (len(self.ids), self.dimension)
        return np.memmap(self._folder / _ROWS, np.int8, "r", shape=shape)

    def _check(self) -> int:
        return zlib.crc32(self.ids.tobytes(), zlib.crc32(self.scales.tobytes()))

    def _write_head(self) -> None:
        head = Head(
            dimension=self.dimension,
            count=len(self.ids),
            live=self.live,
            last_id=self.last_id,
            check=self._check(),
            rows_check=self._rows_check,
        )
        write_head(self._folder, head)


def _checksum(rows: Bytes, before: int = 0) -> int:
    return zlib.crc32(np.ascontiguousarray(rows).data, before)
