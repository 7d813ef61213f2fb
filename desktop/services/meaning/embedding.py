"""Embeds what has no vector yet, batch by batch, into the index of the model that is set up."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from desktop.core.passages import Amount, IndexedModel, Unembedded
from desktop.llm.config import EmbeddingsConfig
from desktop.services.meaning import batch as batches
from desktop.services.meaning.embedder import Embedder, Embedders, host_of
from desktop.services.meaning.search import MeaningSearch
from desktop.storage.repositories.embeddings import EmbeddingRepository

_FETCHED = 128

PROBE_SECONDS = 3600.0
"""Where there is nothing to embed, it is asked this often whether the model is still the same."""


class Embedding:
    """One run after the other; remembers what the server refused and what was sent.

    `changed` is set where another model answers under the name of the index's one. During a run
    `left` is what it still has to do (otherwise None), of the model with the id `filled`.
    """

    def __init__(
        self, embeddings: EmbeddingRepository, embedders: Embedders, search: MeaningSearch
    ) -> None:
        self._embeddings = embeddings
        self._embedders = embedders
        self._search = search
        self._may_replace = False
        self._size = batches.BatchSize()
        self._probed: float | None = None
        self.skipped: set[bytes] = set()
        self.sent_tokens = 0
        self.changed = False
        self.done = 0
        self.left: Amount | None = None
        self.filled = 0

    @property
    def is_probe_due(self) -> bool:
        """Whether it is to be asked again if the model is still the same."""
        return self._probed is None or time.monotonic() - self._probed > PROBE_SECONDS

    async def run(self, *, history: bool) -> AsyncGenerator[None]:
        """Embed until nothing is left; give way after each batch.

        Raises:
            ParleyError: the server or the database failed; what was embedded is kept.
        """
        config = await self._embedders.config()
        if config is None or not await self._is_due(config, history=history):
            return
        async with self._embedders.open() as embedder:
            model = await self._model(embedder, host_of(config), config.model)
            if model is None:
                return
            left = await self._embeddings.amount(model.id, history=history)
            self.done = await self._embeddings.count(model.id)
            self.left, self.filled = left, model.id
            try:
                async with aclosing(self._texts(model, history=history)) as texts:
                    async for part in texts:
                        await self._embed(embedder, model, part)
                        yield
                if not model.is_active:
                    await self._embeddings.activate(model.id)
                await self._search.refresh()
            finally:
                self.left = None

    def look_again(self) -> None:
        """Ask once more which model answers."""
        self.changed = False
        self._probed = None

    def begin_anew(self) -> None:
        """Take the model that answers now, even if it is not the one it was."""
        self._may_replace = self.changed
        self.changed = False
        self.skipped.clear()

    async def _is_due(self, config: EmbeddingsConfig, *, history: bool) -> bool:
        """Say whether the server is to be asked for anything."""
        if self.is_probe_due:
            return True
        models = await self._embeddings.models()
        known = wanted_model(models, host_of(config), config.model)
        if known is None or not known.is_active:
            return True
        texts = await self._embeddings.missing(
            known.id, history=history, after=0, limit=len(self.skipped) + 1
        )
        return any(text.hash not in self.skipped for text in texts)

    async def _texts(
        self, model: IndexedModel, *, history: bool
    ) -> AsyncGenerator[Sequence[Unembedded]]:
        """Give batches of what has no vector, until a whole round finds none."""
        after = found = 0
        while True:
            texts = await self._embeddings.missing(
                model.id, history=history, after=after, limit=_FETCHED
            )
            wanted = [text for text in texts if text.hash not in self.skipped]
            if wanted:
                part = self._size.first(wanted)
                after, found = part[-1].passage_id, found + 1
                yield part
            elif texts:
                after = texts[-1].passage_id
            elif found:
                after = found = 0  # once more: what came meanwhile
            else:
                return

    async def _embed(
        self, embedder: Embedder, model: IndexedModel, part: Sequence[Unembedded]
    ) -> None:
        started = time.monotonic()
        made = await batches.embed_batch(embedder, model, part)
        self._size.took(time.monotonic() - started)
        tokens = sum(text.tokens for text in part)
        self.sent_tokens += tokens
        self.skipped |= {hash_ for hash_, vector in made if vector is None}
        vectors = [(hash_, vector) for hash_, vector in made if vector is not None]
        await self._embeddings.add(model.id, vectors)
        if model.is_active:
            await self._search.refresh()
        self.done += len(vectors)
        if self.left is not None:
            passages, left = self.left.passages - len(part), self.left.tokens - tokens
            self.left = Amount(max(0, passages), max(0, left))

    async def _model(self, embedder: Embedder, host: str, name: str) -> IndexedModel | None:
        """Return the index to fill; None where another model answers under its name."""
        vector = await batches.probe(embedder)
        self._probed = time.monotonic()
        known = wanted_model(await self._embeddings.models(), host, name)
        if known is not None and await asyncio.to_thread(batches.is_same_model, vector, known):
            self._search.distrust(None)
            return known
        if known is not None and not self._may_replace:
            self.changed = True
            self._search.distrust(known.id)
            return None
        self._may_replace = False
        blob = (await asyncio.to_thread(batches.blobs, vector))[0]
        return await self._embeddings.add_model(host, name, vector.shape[1], blob)


def wanted_model(models: Sequence[IndexedModel], host: str, name: str) -> IndexedModel | None:
    """Return the index of the model that is set up: the one being built before the old."""
    fitting = [model for model in models if (model.host, model.name) == (host, name)]
    return min(fitting, key=lambda model: model.is_active, default=None)
