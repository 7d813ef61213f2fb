"""A profile with many embedded passages, and the true neighbours of some questions."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import numpy as np

from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.vectors.quantise import Floats, to_blob, unit

QUESTIONS = 60
BEST = 10
_CENTRES = 4000  # subjects; the noise is as strong as what their vectors share
_BLOCK = 10_000


@dataclass(frozen=True)
class Seeded:
    vectors: Floats
    questions: Floats
    truth: list[set[int]]


def seed(home: Path, count: int, dimension: int) -> Seeded:
    """Fill the database in `home`; ids of embeddings begin with 1, in the vectors' order."""
    rng = np.random.default_rng(7)
    centres = rng.standard_normal((_CENTRES, dimension), np.float32)
    vectors = np.empty((count, dimension), np.float32)
    for start in range(0, count, _BLOCK):
        part = vectors[start : start + _BLOCK]
        chosen = centres[rng.integers(0, _CENTRES, len(part))]
        part[:] = unit(chosen + rng.standard_normal(part.shape, np.float32))
    asked = centres[rng.integers(0, _CENTRES, QUESTIONS)]
    questions = unit(asked + rng.standard_normal(asked.shape, np.float32))
    scores = vectors @ questions.T
    truth = [
        set((np.argpartition(-scores[:, place], BEST)[:BEST] + 1).tolist())
        for place in range(QUESTIONS)
    ]
    asyncio.run(_create(home))
    _fill(Paths.resolve(home).database, vectors)
    return Seeded(vectors, questions, truth)


async def _create(home: Path) -> None:
    await (await Database.open(Paths.resolve(home))).close()


def _fill(path: Path, vectors: Floats) -> None:
    collection, source, document = (uuid4().hex for _ in range(3))
    moment = "2026-01-01 00:00:00.000000"
    with closing(sqlite3.connect(path)) as connection, connection:
        # Words are another benchmark's.
        connection.execute("DROP TRIGGER search_passage_added")
        connection.execute("INSERT INTO collection VALUES (?, 'C', ?)", (collection, moment))
        connection.execute(
            "INSERT INTO collection_source VALUES (?, ?, '/d')", (source, collection)
        )
        connection.execute(
            "INSERT INTO document VALUES (?, ?, ?, '/d/a.md', 1, 1, 'ready', 'Markdown', 'A', "
            "'', '', '[]', '[]', ?)",
            (document, collection, source, moment),
        )
        connection.execute(
            "INSERT INTO embedding_model VALUES (1, 'h', 'm', ?, x'00', 'active', ?)",
            (vectors.shape[1], moment),
        )
        connection.executemany(
            "INSERT INTO passage(document_id, position, start, end, heading, text, hash, tokens, "
            "chunker) VALUES (?, ?, 0, 9, '', ?, ?, 9, 1)",
            ((document, n, f"passage {n}", _hash(n)) for n in range(len(vectors))),
        )
        connection.executemany(
            "INSERT INTO embedding(model_id, hash, vector) VALUES (1, ?, ?)", _rows(vectors)
        )


def _rows(vectors: Floats) -> Iterator[tuple[bytes, bytes]]:
    return ((_hash(n), to_blob(vector)) for n, vector in enumerate(vectors))


def _hash(number: int) -> bytes:
    return sha256(str(number).encode()).digest()[:16]
