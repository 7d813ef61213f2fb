"""The model on this computer: which file, how it runs, whether it does."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop.core.connection import LOCAL_MODEL_SCHEME
from desktop.core.errors import InvalidSetting, LocalModelError
from desktop.local.engine import LocalEngine
from desktop.local.fetch import OnProgress
from desktop.local.memory import memory_of
from desktop.local.model_file import DEMO_MODEL, LocalModel, short_name
from desktop.local.options import LocalOptions
from desktop.local.source import check_source
from desktop.storage.database import Database
from desktop.storage.repositories.system_config import SystemConfigRepository

ROW = ("app", "local_model")
SMALLEST_CONTEXT, LARGEST_CONTEXT = 512, 1_048_576
MOST_THREADS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalValues:
    """What stands in the fields: `model_file` '' is the small model that Parley fetches.

    `model_source` is where it is fetched from, '' for the usual place; `threads` 0 leaves their number to Parley, `context` is in tokens.
    """

    model_file: str = ""
    model_source: str = ""
    threads: int = 0
    context: int = 8192

    @property
    def endpoint(self) -> str:
        """The endpoint that stands for the model."""
        return LOCAL_MODEL_SCHEME + (self.model_file or DEMO_MODEL.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalState:
    """What runs now: `model` '' for nothing, `memory` in bytes where the system tells."""

    model: str = ""
    memory: int | None = None


class LocalModelStore:
    """Loads and saves the page, and gives what the engine takes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> LocalValues:
        """Return what is saved; raises StorageError."""
        async with self._database.read() as session:
            return _values(await SystemConfigRepository(session).get(*ROW) or {})

    async def options(self) -> LocalOptions:
        """Return how a model runs; raises StorageError."""
        values = await self.load()
        return LocalOptions(
            threads=values.threads or None, context=values.context, source=values.model_source
        )

    async def problems(self, values: LocalValues) -> Sequence[InvalidSetting]:
        """Return what can't be saved, in the order of the fields."""
        found: list[InvalidSetting] = []
        try:
            if values.model_file:
                await asyncio.to_thread(LocalModel.from_file, Path(values.model_file))
        except LocalModelError as error:
            found.append(InvalidSetting(error.message, field="model_file", cure=error.cure))
        try:
            if values.model_source:
                check_source(values.model_source)
        except LocalModelError as error:
            found.append(InvalidSetting(error.message, field="model_source", cure=error.cure))
        return found

    async def save(self, values: LocalValues) -> None:
        """Save `values`; raises StorageError."""
        async with self._database.write() as session:
            await SystemConfigRepository(session).put(*ROW, asdict(values))


class LocalRunning:
    """Starts and stops the model by hand, and tells what runs."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine

    async def start(self, values: LocalValues, on_progress: OnProgress) -> None:
        """Start the model anew, in the place of what runs.

        Raises:
            LocalModelError: it can't be fetched or started.
        """
        await self._engine.aclose()
        name = values.endpoint.removeprefix(LOCAL_MODEL_SCHEME)
        await self._engine.connect(name, on_progress)

    async def stop(self) -> None:
        """Stop what runs; the next message to it starts it again."""
        await self._engine.aclose()

    async def state(self) -> LocalState:
        """Return what runs now."""
        pid, model = self._engine.pid, self._engine.model
        if pid is None:
            return LocalState()
        return LocalState(model=short_name(model), memory=await memory_of(pid))


def _values(row: Mapping[str, Any]) -> LocalValues:
    """Read a row; what makes no sense is as if it were not there."""
    file, source, usual = row.get("model_file"), row.get("model_source"), LocalValues()
    return LocalValues(
        model_file=file if isinstance(file, str) else "",
        model_source=source if isinstance(source, str) else "",
        threads=_number(row.get("threads"), 0, MOST_THREADS, usual.threads),
        context=_number(row.get("context"), SMALLEST_CONTEXT, LARGEST_CONTEXT, usual.context),
    )


def _number(value: Any, least: int, most: int, usual: int) -> int:
    return min(max(value, least), most) if type(value) is int else usual
