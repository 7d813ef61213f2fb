"""Asks a seeded profile, in a process of its own so that its memory can be told.

Arguments: the home, a file with the questions as numpy array.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import numpy as np
import psutil

from desktop.core.passages import Scope
from desktop.services.meaning.index import MeaningIndex
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.passages import PassageRepository


async def main(home: Path, questions: Path) -> dict[str, object]:
    paths = Paths.resolve(home)
    database = await Database.open(paths)
    embeddings, passages = EmbeddingRepository(database), PassageRepository(database)
    asked = np.load(questions)
    memory = psutil.Process().memory_full_info
    before = memory().pss
    started = time.perf_counter()
    index = MeaningIndex(paths.vectors, (await embeddings.models())[0], embeddings)
    await index.sync()
    load = time.perf_counter() - started
    took: list[float] = []
    found: list[list[int]] = []
    for question in asked:
        started = time.perf_counter()
        hits = await index.nearest(question, 10)
        await passages.by_embedding([id_ for id_, _ in hits], Scope())
        took.append((time.perf_counter() - started) * 1000)
        found.append([id_ for id_, _ in hits])
    after = memory().pss
    await database.close()
    return {"load": load, "took": took, "found": found, "memory": (after - before) / 1e6}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))))
