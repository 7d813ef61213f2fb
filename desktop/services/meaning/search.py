"""Passages by what they mean."""

import asyncio
import logging
import math
import shutil
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.errors import ErrorKind, LLMError, ParleyError
from desktop.core.ids import MessageId
from desktop.core.passages import IndexedModel, Passage, Purpose, Scope
from desktop.services.meaning.batch import check_dimension
from desktop.services.meaning.embedder import Embedder, Embedders, host_of
from desktop.services.meaning.index import MeaningIndex
from desktop.services.meaning.relevance import Scale, measured
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.passages import PassageRepository

if TYPE_CHECKING:
    from desktop.vectors.quantise import Floats, Ids

logger = logging.getLogger(__name__)

_REMEMBERED = 64
_FEW = 3  # a scope that keeps so many times fewer than it wants is looked through by itself


@dataclass(frozen=True, slots=True)
class MeaningHit:
    """A passage and how near it is to what was asked; what is nearer has the higher score."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; `scale` says what is too far from it, where that is known."""

    vector: "Floats"
    scale: Scale | None


class MeaningSearch:
    """Finds passages by meaning, with the model that the index was made with."""

    def __init__(
        self,
        folder: Path,
        passages: PassageRepository,
        embeddings: EmbeddingRepository,
        embedders: Embedders,
    ) -> None:
        self._folder = folder
        self._passages = passages
        self._embeddings = embeddings
        self._embedders = embedders
        self._index: MeaningIndex | None = None
        self._distrusted: int | None = None
        self._making = asyncio.Lock()
        self._queries: OrderedDict[tuple[int, str], Query] = OrderedDict()
        self._scales: dict[int, Scale] = {}

    async def asks(self) -> str:
        """Return what embeds the questions, as `model (host)`; '' while nothing does."""
        index = None if await self.unavailable() else await self.index()
        return "" if index is None else f"{index.model.name} ({index.model.host})"

    async def unavailable(self) -> str:
        """Return why search by meaning can't be used now, in a sentence; '' when it can."""
        try:
            config = await self._embedders.config()
        except ParleyError as error:
            return str(error)
        if config is None:
            return "No embeddings model is set up."
        index = await self.index()
        if index is None:
            return "Nothing is indexed yet."
        if index.model.host != host_of(config):
            return f"The index was made with {index.model.name} at {index.model.host}."
        return self._is_distrusted(index)

    def distrust(self, model_id: int | None) -> None:
        """Use a model's index no more: questions now get vectors of another model; None for all.

        The index of a new model is trusted again.
        """
        self._distrusted = model_id
        self._queries.clear()

    def _is_distrusted(self, index: MeaningIndex) -> str:
        if index.model.id != self._distrusted:
            return ""
        return f"Another model answers under the name {index.model.name} than made the index."

    async def index(self) -> MeaningIndex | None:
        """Return the index that searches use; None when there is none yet."""
        async with self._making:
            active = await self._active()
            if active is None:
                self._index = None
            elif self._index is None or self._index.model != active:
                index = MeaningIndex(self._folder, active, self._embeddings)
                await index.sync()
                await asyncio.to_thread(_remove_others, self._folder, index.name)
                self._index = index
            return self._index

    async def refresh(self) -> None:
        """Take in what was embedded or deleted since the last time."""
        index = await self.index()
        if index is not None:
            await index.sync()

    async def follow(self) -> None:
        """Keep the index whole, and erase what was deleted; it is loaded only for the latter.

        Raises:
            StorageError: the database or the index can't be read or written.
        """
        active = await self._active()
        if active is None:
            self._index = None
            await asyncio.to_thread(_remove_others, self._folder, "")
            return
        index = self._index or MeaningIndex(self._folder, active, self._embeddings)
        if await index.is_behind():
            await self.refresh()
        await index.check()

    async def search(self, text: str, scope: Scope, limit: int) -> list[MeaningHit]:
        """Return the passages in `scope` that are nearest to `text`; none without an index.

        What is no nearer than chance would bring it is left out; see `relevance`.

        Raises:
            ParleyError: the question can't be embedded, or the database can't be read.
        """
        index = await self.index()
        if index is None or not text.strip():
            return []
        query = await self._query(index, text)
        hits, among = await self._nearest(index, query.vector, scope, limit)
        if query.scale is None:
            return hits
        least = query.scale.least(query.vector, among)
        return [hit for hit in hits if hit.score >= least]

    async def like(self, message_id: MessageId, scope: Scope, limit: int) -> list[MeaningHit]:
        """Return the passages in `scope` that are most like a message; nothing is sent for it.

        Raises:
            ParleyError: the database can't be read.
        """
        index = await self.index()
        own = {passage.id for passage in await self._passages.of_message(message_id)}
        if index is None or not own:
            return []
        blobs = await self._embeddings.of_passages(index.model.id, sorted(own))
        if not blobs:
            return []
        query = await asyncio.to_thread(_middle, blobs)
        hits, among = await self._nearest(index, query, scope, limit + len(own))
        scale = await self._kept_scale(index.model)
        least = -math.inf if scale is None else scale.least_alike(query, among)
        others = (hit for hit in hits if hit.passage.message_id != message_id)
        return [hit for hit in others if hit.score >= least][:limit]

    async def _active(self) -> IndexedModel | None:
        models = await self._embeddings.models()
        return next((model for model in models if model.is_active), None)

    async def _query(self, index: MeaningIndex, text: str) -> Query:
        if reason := self._is_distrusted(index):
            raise LLMError(
                reason, kind=ErrorKind.BAD_RESPONSE, cure="Embed everything again in the library."
            )
        key = (index.model.id, text)
        if (known := self._queries.get(key)) is not None:
            self._queries.move_to_end(key)
            return known
        async with self._embedders.open(index.model.name) as embedder:
            vectors = await embedder.embed([text], purpose=Purpose.QUERY)
            check_dimension(vectors, index.model.dimension)
            scale = await self._scale(index.model, embedder)
        query = aimed(vectors, scale)
        if scale is not None:
            self._queries[key] = query
        if len(self._queries) > _REMEMBERED:
            self._queries.popitem(last=False)
        return query

    async def _scale(self, model: IndexedModel, embedder: Embedder) -> Scale | None:
        """Return the model's measure, asked for once; None where that fails this time."""
        if (known := await self._kept_scale(model)) is not None:
            return known
        try:
            scale = await measured(embedder)
        except LLMError as error:
            logger.warning("What is far from a question can't be told: %s", error)
            return None
        await self._embeddings.keep_scale(model.id, scale.to_fields())
        self._scales[model.id] = scale
        return scale

    async def _kept_scale(self, model: IndexedModel) -> Scale | None:
        """Return the model's measure if it was asked for before."""
        if model.id not in self._scales:
            kept = Scale.from_fields(await self._embeddings.scale(model.id))
            if kept is None:
                return None
            self._scales[model.id] = kept
        return self._scales[model.id]

    async def _nearest(
        self, index: MeaningIndex, query: "Floats", scope: Scope, limit: int
    ) -> tuple[list[MeaningHit], int]:
        """Return the nearest passages, and among how many vectors they were looked for."""
        found = await index.nearest(query, limit * _FEW)
        hits = await self._hits(found, scope)
        if len(hits) >= limit or len(found) < limit * _FEW:
            return hits[:limit], index.count
        allowed = await self._allowed(index, scope)
        hits = await self._hits(await index.nearest(query, limit, allowed), scope)
        return hits[:limit], len(allowed)

    async def _allowed(self, index: MeaningIndex, scope: Scope) -> "Ids":
        ids = await self._passages.embeddings_in(scope, index.model.id)
        return await asyncio.to_thread(_array, ids)

    async def _hits(self, found: Sequence[tuple[int, float]], scope: Scope) -> list[MeaningHit]:
        passages = await self._passages.by_embedding([id_ for id_, _ in found], scope)
        return [
            MeaningHit(passage, score) for id_, score in found for passage in passages.get(id_, ())
        ]


def aimed(vectors: "Floats", scale: Scale | None) -> Query:
    """Return the query whose embedding is the only one of `vectors`."""
    from desktop.vectors.quantise import unit

    vector = unit(vectors)[0]
    return Query(vector if scale is None else scale.aimed(vector), scale)


def _remove_others(folder: Path, name: str) -> None:
    """Remove the files of models that are used no more."""
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)


def _middle(blobs: list[bytes]) -> "Floats":
    from desktop.vectors.quantise import from_blobs, unit

    return unit(from_blobs(blobs).mean(axis=0, keepdims=True))[0]


def _array(ids: list[int]) -> "Ids":
    import numpy as np

    return np.array(ids, np.int64)
