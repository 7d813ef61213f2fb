"""After a mending the numbers of vectors begin where the copy ended: no old one is found."""

from contextlib import closing
from pathlib import Path

import numpy as np

from desktop.services.meaning.index import MeaningIndex
from desktop.storage import schema
from desktop.storage.backup import back_up
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.recovery import recover
from desktop.storage.repositories.embeddings import EmbeddingRepository

WIDTH = 64
MANY = 400  # more than are compared by the vectors in the database itself

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def random_vectors(seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((MANY, WIDTH)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def store(paths: Paths, vectors: Vectors) -> list[int]:
    """Store vectors of as many texts; return their numbers."""
    with closing(schema.connect(paths.database)) as connection:
        connection.execute("BEGIN")
        numbers = [
            connection.execute(
                "INSERT INTO embedding(model_id, hash, vector) VALUES (1, ?, ?) RETURNING id",
                (vector.tobytes()[:16], vector.astype(np.float16).tobytes()),
            ).fetchone()[0]
            for vector in vectors
        ]
        connection.execute("COMMIT")
    return numbers


async def nearest_to_each(paths: Paths, vectors: Vectors) -> list[int]:
    """Bring the index up to date and return which vector is nearest to each of some."""
    database = await Database.open(paths)
    embeddings = EmbeddingRepository(database)
    [model] = await embeddings.models()
    index = MeaningIndex(paths.vectors, model, embeddings)
    await index.sync()
    found = [(await index.nearest(vector, 1))[0][0] for vector in vectors]
    await database.close()
    return found


async def test_vectors_of_the_damaged_database_are_not_found_in_the_mended(own_home: Path) -> None:
    paths = Paths.resolve(own_home)
    database = await Database.open(paths)
    await EmbeddingRepository(database).add_model("host", "model", WIDTH, b"probe")
    await database.close()
    back_up(paths.database, paths.backups, "daily")
    before, after = random_vectors(1), random_vectors(2)
    old = store(paths, before)
    assert await nearest_to_each(paths, before[:20]) == old[:20]
    paths.database.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)

    recover(paths)

    new = store(paths, after)
    assert new == old  # the numbers are given once more
    assert await nearest_to_each(paths, after[:20]) == new[:20]
