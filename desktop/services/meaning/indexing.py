"""The background work: cut what is new, embed it in batches, keep the index up to date."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from desktop.core.errors import NotConfigured, ParleyError
from desktop.core.passages import Amount, IndexedModel
from desktop.services.meaning.attempts import Attempts
from desktop.services.meaning.choices import Choices, ChoicesStore, agreement
from desktop.services.meaning.cutting import Cutting
from desktop.services.meaning.embedder import Embedders, host_of
from desktop.services.meaning.embedding import Embedding, wanted_model
from desktop.services.meaning.search import MeaningSearch
from desktop.services.meaning.state import IndexState, Phase, Speed
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.passages import PassageRepository

if TYPE_CHECKING:
    from desktop.llm.config import EmbeddingsConfig

logger = logging.getLogger(__name__)

LOOK_SECONDS = 30.0
"""Work is looked for this often, besides when the indexing is told of some."""

_GENTLE = 4.0
_LONGEST_REST = 15.0
_TELL_SECONDS = 0.25
_TELL_REST = 10.0  # what telling takes, times this, passes before it is told again

Prices = Callable[[str, str], float | None]
"""From a model and its host to US dollars per million tokens; it may take 0.3 s."""


class Indexing:
    """Embeds everything that is to be found by meaning; `run` does it, once it may.

    `on_state` is called with each new state.
    """

    def __init__(
        self,
        *,
        passages: PassageRepository,
        embeddings: EmbeddingRepository,
        library: LibraryRepository,
        embedders: Embedders,
        search: MeaningSearch,
        choices: ChoicesStore,
        prices: Prices,
    ) -> None:
        self._passages = passages
        self._embeddings = embeddings
        self._library = library
        self._embedders = embedders
        self._search = search
        self._choices = choices
        self._prices = prices
        self._cutting = Cutting(passages, library)
        self._embedding = Embedding(embeddings, embedders, search)
        self._attempts = Attempts()
        self._wake = asyncio.Event()
        self._told = self._quiet = 0.0
        self.on_state: Callable[[IndexState], None] = _ignore

    async def run(self) -> None:
        """Work until cancelled; what fails is told by the state and tried again.

        Raises:
            StorageError: the database can't be read.
        """
        await self._passages.queue_outdated()
        await self._embeddings.drop_retired()
        thorough = True
        while True:
            self._wake.clear()
            try:
                thorough = await self._work(thorough=thorough)
            except ParleyError as error:
                logger.warning("Indexing stopped: %s.", type(error).__name__)
                self._attempts.failed(error)
            if thorough or self._attempts.error is not None:
                await self.tell()
            thorough = await self._rest()

    def notice(self) -> None:
        """Look for work now: something was said, added, deleted or set up anew."""
        self._wake.set()

    async def agree(self, *, history: bool) -> None:
        """Let texts be sent to the model that is set up now, and begin.

        Where another model was used before, its index serves until the new one is complete.

        Raises:
            ParleyError: no model is set up, or the decision could not be stored.
        """
        config = await self._embedders.config()
        if config is None:
            raise NotConfigured(
                "No embeddings model is set up.", cure="Choose one in Settings, under Embeddings."
            )
        await self._drop_unfinished()
        self._embedding.begin_anew()
        agreed = agreement(host_of(config), config.model)
        await self._choose(agreed=agreed, history=history, paused=False)

    async def pause(self, paused: bool) -> None:
        """Stop after the batch under way, or go on.

        Raises:
            StorageError: the decision could not be stored.
        """
        await self._choose(paused=paused)

    async def set_speed(self, speed: Speed) -> None:
        """Choose how much of the machine the work may take.

        Raises:
            StorageError: the decision could not be stored.
        """
        await self._choose(speed=speed)

    async def set_history(self, history: bool) -> None:
        """Embed one's own messages too, or documents only.

        Raises:
            StorageError: the decision could not be stored.
        """
        await self._choose(history=history)

    async def cancel(self) -> None:
        """End the work for good: nothing more is sent; the index that serves stays.

        Raises:
            StorageError: the decision could not be stored.
        """
        await self._choose(agreed="")
        await self._drop_unfinished()

    async def retry(self) -> None:
        """Ask the server again now."""
        self._attempts.forgive()
        self._embedding.look_again()
        self.notice()
        await self.tell()

    async def tell(self) -> None:
        """Report the state."""
        started = time.monotonic()
        self.on_state(await self.state())
        self._told = time.monotonic()
        self._quiet = max(_TELL_SECONDS, _TELL_REST * (self._told - started))

    async def state(self) -> IndexState:
        """Return what the work is doing.

        Raises:
            StorageError: the database can't be read.
        """
        choices = await self._choices.get()
        try:
            config = await self._embedders.config()
        except ParleyError as error:
            return IndexState(phase=Phase.NOT_CONFIGURED, error=error, history=choices.history)
        if config is None:
            return IndexState(phase=Phase.NOT_CONFIGURED, history=choices.history)
        return await self._state(choices, config)

    async def _state(self, choices: Choices, config: "EmbeddingsConfig") -> IndexState:
        host = host_of(config)
        price = await asyncio.to_thread(self._prices, config.model, host)
        # In the order in which a text goes on, so that none slips by between two of the reads.
        to_read = await self._library.waiting_count()
        to_cut = await self._passages.queue_length()
        models = await self._embeddings.models()
        active = next((model for model in models if model.is_active), None)
        changed = self._embedding.changed
        wanted = None if changed else wanted_model(models, host, config.model)
        done, left = await self._progress(wanted, choices)
        state = IndexState(
            phase=Phase.READY,
            model=config.model,
            host=host,
            serving=active.name if active else "",
            done=done,
            left=left,
            to_cut=to_cut,
            to_read=to_read,
            price=_cost(left.tokens, price),
            sent_tokens=self._embedding.sent_tokens,
            spent=_cost(self._embedding.sent_tokens, price),
            skipped=len(self._embedding.skipped),
            error=self._attempts.error,
            retry_seconds=self._attempts.seconds,
            history=choices.history,
            speed=choices.speed,
        )
        if changed and choices.agreed == agreement(host, config.model):
            return replace(state, phase=Phase.MODEL_CHANGED, replaced=True)
        return replace(state, phase=self._phase(state, choices, active))

    async def _progress(self, model: IndexedModel | None, choices: Choices) -> tuple[int, Amount]:
        if model is None:
            return 0, await self._embeddings.amount(None, history=choices.history)
        if self._embedding.left is not None and self._embedding.filled == model.id:
            return self._embedding.done, self._embedding.left
        left = await self._embeddings.amount(model.id, history=choices.history)
        passages = max(0, left.passages - len(self._embedding.skipped))
        return await self._embeddings.count(model.id), Amount(passages, left.tokens)

    def _phase(self, state: IndexState, choices: Choices, active: IndexedModel | None) -> Phase:
        if choices.agreed != agreement(state.host, state.model):
            changed = active is not None and (active.host, active.name) != (state.host, state.model)
            return Phase.MODEL_CHANGED if changed else Phase.OFFERED
        if choices.paused:
            return Phase.PAUSED
        if self._attempts.error is not None:
            return Phase.STOPPED if self._attempts.seconds is None else Phase.WAITING
        waiting = state.left.passages or state.to_cut or state.to_read
        busy = waiting or self._embedding.left is not None
        return Phase.WORKING if busy else Phase.READY

    async def _work(self, *, thorough: bool) -> bool:
        """Read, cut and embed by turns until nothing is left to do; whether anything was.

        Looking for what has no vector takes a second in a large library: it is left out where
        not `thorough` and nothing was read or cut.
        """
        await self._search.follow()
        while True:
            if await self._prepare():
                thorough = True
            elif not thorough or not await self._embed():
                return thorough

    async def _prepare(self) -> bool:
        """Read one document and cut some messages; whether there was anything to do."""
        cut = await self._cutting.cut_messages()
        choices = await self._choices.get()
        read, started = False, time.monotonic()
        if not (choices.paused and await self._is_agreed(choices)):
            read = await self._cutting.read_document()
        if read or cut:
            await self._tell_sometimes()
        if read:
            await self._breathe(choices, time.monotonic() - started)
        return read or cut

    async def _embed(self) -> bool:
        """Embed all there is; True where something came between that is to be looked at."""
        choices = await self._choices.get()
        if not await self._may_embed(choices):
            return False
        async with aclosing(self._embedding.run(history=choices.history)) as batches:
            started = time.monotonic()
            async for _ in batches:
                self._attempts.forgive()
                await self._tell_sometimes()
                await self._breathe(choices, time.monotonic() - started)
                if self._wake.is_set() or await self._choices.get() != choices:
                    self._wake.clear()
                    return True
                started = time.monotonic()
        self._attempts.forgive()
        return False

    async def _may_embed(self, choices: Choices) -> bool:
        if choices.paused or self._embedding.changed or self._attempts.is_waiting:
            return False
        return await self._is_agreed(choices)

    async def _is_agreed(self, choices: Choices) -> bool:
        """Say whether the user agreed to the model that is set up: only then a pause is shown."""
        config = await self._config()
        return config is not None and choices.agreed == agreement(host_of(config), config.model)

    async def _config(self) -> "EmbeddingsConfig | None":
        try:
            return await self._embedders.config()
        except ParleyError:
            return None  # `state` says what is wrong with it

    async def _drop_unfinished(self) -> None:
        for model in await self._embeddings.models():
            if not model.is_active:
                await self._embeddings.delete_model(model.id)

    async def _tell_sometimes(self) -> None:
        if time.monotonic() - self._told > self._quiet:
            await self.tell()

    async def _rest(self) -> bool:
        """Wait for work; whether there may be some that was not read or cut just now."""
        seconds = self._attempts.seconds
        limit = LOOK_SECONDS if seconds is None else min(seconds + 0.01, LOOK_SECONDS)
        try:
            async with asyncio.timeout(limit):
                await self._wake.wait()
        except TimeoutError:
            return self._attempts.error is not None or self._embedding.is_probe_due
        return True

    async def _breathe(self, choices: Choices, worked: float) -> None:
        rest = min(_GENTLE * worked, _LONGEST_REST)
        await asyncio.sleep(rest if choices.speed is Speed.GENTLE else 0)

    async def _choose(self, **changes: Any) -> None:
        self._attempts.forgive()
        await self._choices.put(replace(await self._choices.get(), **changes))
        self.notice()
        await self.tell()


def _ignore(state: IndexState) -> None:
    pass


def _cost(tokens: int, price: float | None) -> float | None:
    return None if price is None else tokens * price / 1_000_000
