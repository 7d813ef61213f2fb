"""What is no nearer than chance is left out, on each model's own scale."""

from collections.abc import Sequence

import numpy as np
import pytest

from desktop.core.passages import Purpose
from desktop.services.meaning.relevance import PAIRS, Scale, measured
from desktop.vectors.quantise import Floats, unit


class Stretched:
    """Embeds texts at random around one direction; the larger `pull`, the nearer all are."""

    def __init__(self, pull: float) -> None:
        self._pull = pull

    async def embed(self, texts: Sequence[str], *, purpose: Purpose = Purpose.DOCUMENT) -> Floats:
        rng = np.random.default_rng(len(purpose))
        vectors = rng.standard_normal((len(texts), 64)).astype(np.float32)
        vectors[:, 0] += self._pull
        return vectors


def made_at_random(count: int, pull: float) -> Floats:
    vectors = np.random.default_rng(count).standard_normal((count, 64)).astype(np.float32)
    vectors[:, 0] += pull
    return unit(vectors)


@pytest.mark.parametrize("pull", [0.0, 20.0], ids=["apart", "all near each other"])
async def test_chance_passes_seldom_whatever_the_models_cosines_are(pull: float) -> None:
    scale = await measured(Stretched(pull))
    texts, queries = made_at_random(2000, pull), made_at_random(50, pull)

    aimed = [scale.aimed(query) for query in queries]

    passed = [int((texts @ query >= scale.least(query, len(texts))).sum()) for query in aimed]
    alike = [
        int((texts @ text >= scale.least_alike(text, len(texts))).sum()) for text in texts[:50]
    ]
    same = [
        query @ own >= scale.least(own, len(texts))
        for query, own in zip(queries, aimed, strict=True)
    ]

    assert sum(passed) / len(passed) < 10, "of 2,000 that have nothing to do with it"
    assert all(same)
    assert all(alike), "each is like itself"
    assert sum(alike) / len(alike) < 5, "of 2,000 that have nothing to do with each other"


def test_the_best_of_many_has_to_be_nearer_than_the_best_of_few() -> None:
    answers = made_at_random(len(PAIRS), 0)
    scale, query = Scale(answers[0], answers[1], 0.1, 0.1), made_at_random(1, 0)[0]

    needed = [scale.least(query, count) for count in (0, 1, 10, 1000, 1_000_000)]

    assert needed == sorted(needed)
    assert needed[0] == needed[1] < needed[2] < needed[4]
