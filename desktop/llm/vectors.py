"""Vectors out of an embeddings answer: all of them, in order, finite, of one length."""

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.llm.jsonvalues import as_count, as_list, as_object

Vectors = NDArray[np.float32]

_FLOAT_BYTES = 4


class BadVectors(ValueError):
    """The answer does not hold one usable vector for each text; the message says why."""


def read_vectors(payload: object, *, count: int) -> Vectors:
    """Return the vectors as (`count`, dimensions), in the order of the texts.

    Each is a list of numbers, or base64 of little-endian float32.

    Raises:
        BadVectors: one is missing, empty, of another length, or not made of numbers.
    """
    entries = as_list(as_object(payload).get("data"))
    if len(entries) != count:
        raise BadVectors(f"It sent {len(entries)} vectors for {count} texts.")
    rows: list[Vectors | None] = [None] * count
    for position, entry in enumerate(entries):
        fields = as_object(entry)
        given = fields.get("index")
        index = position if given is None else as_count(given)
        if index is None or index >= count or rows[index] is not None:
            raise BadVectors("The order of its vectors can't be told.")
        rows[index] = _vector(fields.get("embedding"))
    return _stacked([row for row in rows if row is not None])


def tokens_of(payload: object) -> int | None:
    """Return how many tokens the server read; None when it does not say."""
    usage = as_object(as_object(payload).get("usage"))
    return as_count(usage.get("prompt_tokens", usage.get("total_tokens")))


def _vector(value: Any) -> Vectors:
    vector = _from_base64(value) if isinstance(value, str) else _from_numbers(value)
    if vector.ndim != 1 or vector.size == 0:
        raise BadVectors("A vector is empty or missing.")
    if not np.isfinite(vector).all():
        raise BadVectors("A vector has a value that is not a finite number.")
    return vector


def _from_base64(text: str) -> Vectors:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise BadVectors("A vector is not valid base64.") from error
    if len(data) % _FLOAT_BYTES:
        raise BadVectors("A vector is cut off.")
    return np.frombuffer(data, dtype="<f4").astype(np.float32)


def _from_numbers(value: Any) -> Vectors:
    numbers = as_list(value)
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise BadVectors("A vector has a value that is not a number.")
    try:
        with np.errstate(over="ignore"):  # too large becomes infinite, which is refused
            return np.asarray(numbers, dtype=np.float64).astype(np.float32)
    except (ArithmeticError, ValueError) as error:
        raise BadVectors("A vector has a value that is too large.") from error


def _stacked(rows: list[Vectors]) -> Vectors:
    if len({row.size for row in rows}) != 1:
        raise BadVectors("Its vectors differ in length.")
    return np.vstack(rows)
