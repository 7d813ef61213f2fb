"""Vectors as bytes: a quarter of the memory, and a scan several times as fast."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]
Ids = NDArray[np.int64]

_MOST = 127.0


def unit(vectors: Floats) -> Floats:
    """Return each row of (n, dimensions) at length 1, so that products are cosines."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def quantise(vectors: Floats) -> tuple[Bytes, Floats]:
    """Return each row as int8 and the factor that scales it back."""
    largest = np.abs(vectors).max(axis=1)
    scales = np.where(largest > 0, largest / _MOST, 1).astype(np.float32)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def to_blob(vector: Floats) -> bytes:
    """Return a vector as it is stored: float16, little-endian; its cosines change by 0.0005."""
    return vector.astype("<f2").tobytes()


def from_blobs(blobs: list[bytes]) -> Floats:
    """Return stored vectors as (n, dimensions)."""
    joined = np.frombuffer(b"".join(blobs), dtype="<f2").astype(np.float32)
    return joined.reshape(len(blobs), -1) if blobs else joined.reshape(0, 0)
