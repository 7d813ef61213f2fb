"""One batch of texts to vectors, whatever the server makes of it."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop.core.errors import ErrorKind, LLMError
from desktop.core.passages import IndexedModel, Unembedded
from desktop.services.meaning.embedder import Embedder

if TYPE_CHECKING:
    from desktop.llm.vectors import Vectors

PROBE = "The quick brown fox jumps over the lazy dog."
"""Embedded before each run: its vector tells whether the model is still the same."""

SAME_MODEL = 0.995
"""The least cosine of two vectors of the probe; servers round differently, models differ more."""

FIRST_TEXTS = 8
MAX_TEXTS = 128
MAX_TOKENS = 16_000

QUICK, SLOW = 1.0, 3.0
"""Seconds: a batch should take about this long, so that progress shows and a pause is soon."""

_OF_THE_TEXT = frozenset(
    {
        ErrorKind.BAD_REQUEST,
        ErrorKind.CONTEXT_TOO_LONG,
        ErrorKind.REQUEST_TOO_LARGE,
        ErrorKind.CONTENT_FILTER,
    }
)


class BatchSize:
    """How many texts go into one request: more where the server is quick."""

    def __init__(self) -> None:
        self.texts = FIRST_TEXTS

    def took(self, seconds: float) -> None:
        """Learn from the last request."""
        if seconds < QUICK:
            self.texts = min(2 * self.texts, MAX_TEXTS)
        elif seconds > SLOW:
            self.texts = max(self.texts // 2, 1)

    def first(self, texts: Sequence[Unembedded]) -> list[Unembedded]:
        """Return the beginning of `texts` that the next request takes; at least one."""
        batch: list[Unembedded] = []
        tokens = 0
        for text in texts[: self.texts]:
            tokens += text.tokens
            if batch and tokens > MAX_TOKENS:
                break
            batch.append(text)
        return batch


async def embed_batch(
    embedder: Embedder, model: IndexedModel, batch: Sequence[Unembedded]
) -> list[tuple[bytes, bytes | None]]:
    """Return the stored form of each text's vector, by hash; None for a text that is refused.

    Raises:
        LLMError: the server failed, or its vectors are not those of `model`.
    """
    try:
        vectors = await embedder.embed([text.text for text in batch])
    except LLMError as error:
        if error.kind not in _OF_THE_TEXT:
            raise
        if len(batch) == 1:
            return [(batch[0].hash, None)]
        middle = len(batch) // 2
        halves = (batch[:middle], batch[middle:])
        return [entry for half in halves for entry in await embed_batch(embedder, model, half)]
    check_dimension(vectors, model.dimension)
    is_something = [bool(vector.any()) for vector in vectors]
    if not any(is_something):
        raise LLMError(
            "The model answers with vectors of nothing but zeros.",
            kind=ErrorKind.BAD_RESPONSE,
            cure="Check the model in Settings; it has to be one for embeddings.",
        )
    stored = await asyncio.to_thread(blobs, vectors)
    return [
        (text.hash, blob if is_one else None)
        for text, blob, is_one in zip(batch, stored, is_something, strict=True)
    ]


async def probe(embedder: Embedder) -> "Vectors":
    """Return the unit vector of the probe, (1, dimensions).

    Raises:
        LLMError: the server failed.
    """
    from desktop.vectors.quantise import unit

    return unit(await embedder.embed([PROBE]))


def is_same_model(vector: "Vectors", model: IndexedModel) -> bool:
    """Say whether `vector`, of the probe, comes from the model that `model` was made with."""
    from desktop.vectors.quantise import from_blobs

    if vector.shape[1] != model.dimension:
        return False
    return float((from_blobs([model.probe]) @ vector[0])[0]) >= SAME_MODEL


def check_dimension(vectors: "Vectors", dimension: int) -> None:
    """Refuse vectors of another length than the index has.

    Raises:
        LLMError: they have.
    """
    if vectors.shape[1] != dimension:
        raise LLMError(
            f"The model answers with vectors of {vectors.shape[1]} numbers; "
            f"until now they had {dimension}.",
            kind=ErrorKind.BAD_RESPONSE,
            cure="Another model answers under the same name. Embed everything again with it, "
            "or set up the one that was used before.",
        )


def blobs(vectors: "Vectors") -> list[bytes]:
    """Return vectors as they are stored, at length 1."""
    from desktop.vectors.quantise import to_blob, unit

    return [to_blob(vector) for vector in unit(vectors)]
