"""llama.cpp's server as a child process of this one."""

import asyncio
import json
import re
import secrets
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.errors import LocalModelError
from desktop.core.redaction import redact
from desktop.local.child import Order, command
from desktop.local.process import end

CHILD = command()

START_SECONDS = 120.0
_STDERR_LINES = 50
_CHOOSE_ANOTHER = "Try again, or choose another model file."


@dataclass(frozen=True, slots=True)
class LocalConnection:
    """Where the local model answers: an OpenAI-compatible base URL, its key and its model."""

    endpoint: str
    api_key: str = field(repr=False)
    model: str


class LocalServer:
    """Runs one model; ends with this process, however this process ends.

    `context` is in tokens, `threads` None leaves the number to the child.
    """

    def __init__(
        self,
        model_path: Path,
        *,
        name: str | None = None,
        threads: int | None = None,
        context: int = 8192,
        command: Sequence[str] = CHILD,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._order = Order(
            model=str(model_path),
            name=name or model_path.stem,
            key=secrets.token_urlsafe(24),
            threads=threads,
            context=context,
        )
        self._command = command
        self._start_seconds = start_seconds
        self._process: Process | None = None
        self._stderr: deque[str] = deque(maxlen=_STDERR_LINES)
        self._reader: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the child is there."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The child's process id, None when it is not running."""
        return self._process.pid if self._process is not None and self.running else None

    async def start(self) -> LocalConnection:
        """Start the child and wait until the model is loaded.

        Raises:
            LocalModelError: it ended or was not ready in time; the child is gone.
        """
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.stop)
            address = await self._launch()
            undo.pop_all()
        return LocalConnection(f"{address}/v1", self._order.key, self._order.name)

    async def stop(self) -> None:
        """End the child and wait until it has ended."""
        process, reader = self._process, self._reader
        self._process = self._reader = None
        if process is not None:
            await end(process)
        if reader is not None:
            await reader

    async def _launch(self) -> str:
        # A session of its own: Ctrl+C in a terminal is for the app, which then ends the child.
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
        self._process = process
        self._reader = asyncio.create_task(self._read_stderr(process))
        try:
            async with asyncio.timeout(self._start_seconds):
                return await self._hand_over(process)
        except TimeoutError:
            raise LocalModelError(
                f"The local model was not ready within {self._start_seconds:.0f} seconds.",
                cure="Choose a smaller model.",
            ) from None

    async def _hand_over(self, process: Process) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(ConnectionError):  # it has ended; its standard error says why
            process.stdin.write(self._order.to_line())
            await process.stdin.drain()
        line = await process.stdout.readline()
        if line:
            return json.loads(line)["address"]
        await process.wait()
        raise await self._explain(process)

    async def _read_stderr(self, process: Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self._stderr.append(line.decode(errors="replace").rstrip())

    async def _explain(self, process: Process) -> LocalModelError:
        if self._reader is not None:
            await self._reader
        if process.returncode is not None and process.returncode < 0:
            reason = f"it was ended by signal {-process.returncode}"
        else:
            reason = _last_error(self._stderr)
        text = redact(f"The local model could not be started: {reason}.", self._order.key)
        return LocalModelError(text, cure=_CHOOSE_ANOTHER)


def _last_error(lines: Sequence[str]) -> str:
    """Return the first error that llama.cpp logged (`1.02 E where: what`), else the last line."""
    for line in lines:
        if found := re.match(r"[\d.]+ E \s*(?:\S+ +)*?\S+: (.+)", line):
            return found[1].rstrip(".")
    return lines[-1].rstrip(".") if lines else "it said nothing"
