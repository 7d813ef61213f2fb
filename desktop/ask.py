"""`parley ask`: one answer on standard output, or one plain sentence on standard error."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from desktop.backend import Backend, open_backend
from desktop.core.content import Role
from desktop.core.errors import InvalidSetting, NotConfigured, ParleyError
from desktop.core.logs import log_to
from desktop.llm.base import LLMMessage, LLMStreamChunk, StreamStatus
from desktop.llm.endpoints import base_url
from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.llm.keys import clean_key
from desktop.storage.journal import noted_use
from desktop.storage.paths import Paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the command line asks; `prompt` '-' is read from standard input."""

    prompt: str
    system: str | None = None
    model: str | None = None
    provider: str | None = None
    endpoint: str | None = None
    max_tokens: int | None = None


def run_ask(home: Path | None, question: Question) -> int:
    """Stream the answer to standard output; 0 when it is whole, 1 when not."""
    _take_any_text()
    try:
        asyncio.run(_ask(Paths.resolve(home), question))
    except ParleyError as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 1  # nobody is there to be told anything
    return 0


def _take_any_text() -> None:
    """A letter that can't be read or shown is replaced; the rest is worth having."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


async def _ask(paths: Paths, question: Question) -> None:
    prompt = _read_input() if question.prompt == "-" else _encodable(question.prompt)
    if not prompt.strip():
        raise InvalidSetting(
            "There is no question.", field="prompt", cure="Write it after ask, or pipe it in."
        )
    messages = [LLMMessage(Role.SYSTEM, _encodable(question.system))] if question.system else []
    messages.append(LLMMessage(Role.USER, prompt))
    async with (
        _backend(paths, _override(question)) as backend,
        backend.connections.client(_tell, model=question.model) as client,
    ):
        await _print_answer(
            client.stream(messages, max_tokens=question.max_tokens, on_status=_tell)
        )


def _read_input() -> str:
    return sys.stdin.read() if sys.stdin is not None else ""  # None where it was closed


def _encodable(text: str) -> str:
    """Replace what Python makes of arguments that are no text: lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


async def _print_answer(stream: AsyncGenerator[LLMStreamChunk]) -> None:
    printed = False
    async with aclosing(stream) as chunks:
        async for chunk in chunks:
            if chunk.type == "delta":
                _print(chunk.content, end="")
                printed = True
            elif chunk.error is not None:
                if printed:
                    _print()
                raise chunk.error
    _print()


def _print(text: str = "", *, end: str = "\n") -> None:
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        # Python would try again when it ends, and complain; see SIGPIPE in its manual.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise ParleyError(f"The answer can't be written: {error.strerror}.") from error


@asynccontextmanager
async def _backend(paths: Paths, override: CompletionsConfig | None) -> AsyncGenerator[Backend]:
    if override is None and not paths.database.exists():
        raise NotConfigured(
            "No model is set up yet.",
            cure="Open Parley and choose one, or name a --provider.",
        )
    paths.create()
    with log_to(paths.log), noted_use(paths):
        backend = await open_backend(paths, override=override)
        try:
            yield backend
        finally:
            await backend.aclose()


def _override(question: Question) -> CompletionsConfig | None:
    if question.provider is None:
        if question.endpoint is not None:
            raise InvalidSetting(
                "An --endpoint needs a --provider.",
                field="endpoint",
                cure="For most servers that is openai_compatible.",
            )
        return None
    if not question.model:
        raise InvalidSetting(
            "A --provider needs a model.", field="model", cure="Add --model and the model's name."
        )
    key = os.environ.get("PARLEY_API_KEY", "")
    return CompletionsConfig(
        LLMProvider(question.provider),
        clean_key(key) if key.strip() else "",
        question.model,
        base_url(question.provider, question.endpoint),
    )


def _tell(status: StreamStatus) -> None:
    if not sys.stderr.isatty():
        return  # a script wants the one sentence that counts
    if status.detail:
        print(status.detail, file=sys.stderr)
    elif status.state == "retrying" and status.error is not None:
        print(f"{status.error.message} Trying again.", file=sys.stderr)
