"""What a connection test does in each of its stages."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from difflib import get_close_matches

from desktop.core.connection import is_local_model
from desktop.core.errors import ErrorKind, InvalidSetting, LLMError, ParleyError
from desktop.llm.base import ModelInfo
from desktop.llm.config import CompletionsConfig, EmbeddingsConfig, LLMProvider
from desktop.llm.endpoints import base_url, neighbour, warning_for
from desktop.llm.factory import model_not_running
from desktop.llm.hosts import ANTHROPIC_HOST, OPENAI_HOST
from desktop.llm.keys import clean_key, provider_of_key
from desktop.llm.network import NetworkOptions
from desktop.llm.route import Route
from desktop.llm.stages import Finding, Stage, StageName, failed, ok, skipped
from desktop.llm.trial import Reply, Trial

Step = Callable[[], Awaitable[Finding]]

_REFUSED_KEY = frozenset({ErrorKind.AUTH, ErrorKind.PERMISSION})
_UNHEARD = frozenset(
    {
        ErrorKind.DNS,
        ErrorKind.NETWORK,
        ErrorKind.PROXY,
        ErrorKind.REFUSED,
        ErrorKind.TIMEOUT,
        ErrorKind.TLS,
    }
)
_PRIVATE_LISTS = frozenset({OPENAI_HOST, ANTHROPIC_HOST})  # others may show theirs to anybody
_OWNERS = {"openai": "OpenAI", "anthropic": "Anthropic"}


class ConnectionTest:
    """The steps behind the stages, with what one learns for the next."""

    def __init__(
        self,
        config: CompletionsConfig | EmbeddingsConfig,
        provider: LLMProvider,
        open_trial: Callable[[str | None], Trial],
        network: NetworkOptions | None = None,
    ) -> None:
        self._config = config
        self._provider = provider
        self._open_trial = open_trial
        self._network = network or NetworkOptions()
        self._route = Route("", self._network)
        self._trial: Trial | None = None
        self._models: list[ModelInfo] = []
        self._list_error: LLMError | None = None
        self._listed_after = 0
        self._reply: Reply | LLMError | None = None

    async def run(self) -> AsyncGenerator[Stage]:
        """Yield each stage as it begins and as it ends; after a failure the rest is skipped."""
        over = False
        try:
            for name, step in self._steps():
                if over:
                    yield Stage(name=name, state="skipped", result="The test did not get here.")
                    continue
                yield Stage(name=name, state="running")
                ended = await _ended(name, step)
                over = ended.state == "failed"
                yield ended
        finally:
            await self._aclose()

    def _steps(self) -> Iterator[tuple[StageName, Step]]:
        """Yield what to do; a step that raises ParleyError has failed."""
        yield StageName.ADDRESS, self._check_address
        yield StageName.DNS, self._route.resolve
        yield StageName.CONNECT, self._route.connect
        yield StageName.TLS, self._encrypt
        yield StageName.KEY, self._try_key
        yield StageName.MODELS, self._count_models
        yield StageName.MODEL, self._look_for_model
        yield StageName.ANSWER, self._answer
        yield StageName.STREAMING, self._stream

    async def _aclose(self) -> None:
        await self._route.aclose()
        if self._trial is not None:
            await self._trial.aclose()

    async def _check_address(self) -> Finding:
        url = base_url(self._provider, self._config.endpoint)
        if is_local_model(url):
            raise model_not_running()
        self._route = Route(url, self._network)
        return ok(" ".join(filter(None, (url.partition("?")[0], warning_for(url)))))

    async def _encrypt(self) -> Finding:
        found = await self._route.encrypt()
        await self._route.aclose()  # a server that serves one at a time waits for that
        return found

    async def _try_key(self) -> Finding:
        """Try the key on the model list, and where that proves nothing, on an answer."""
        trial = self._trial = self._open_trial(self._config.endpoint)
        started = time.monotonic()
        try:
            self._models = await trial.list_models()
        except LLMError as error:
            self._list_error = error
        self._listed_after = _since(started)
        if self._list_error is None and self._route.host in _PRIVATE_LISTS:
            return ok("The server accepted it.")
        refusal = await self._refusal()
        if refusal is not None:
            return failed(refusal, self._hint())
        if not self._config.api_key:
            return skipped("None is set, and the server asked for none.")
        told = self._reply if self._config.model else self._list_error
        if isinstance(told, LLMError) and told.kind in _UNHEARD:
            return skipped("No answer came, so it could not be tried.")
        return ok("The server did not refuse it.")

    async def _refusal(self) -> LLMError | None:
        if not self._config.model:
            listing = self._list_error
            return listing if listing is not None and listing.kind in _REFUSED_KEY else None
        try:
            await self._ask()
        except LLMError as error:
            return error if error.kind in _REFUSED_KEY else None
        return None

    def _hint(self) -> str:
        owner = provider_of_key(clean_key(self._config.api_key))
        if owner is None or owner == self._provider:
            return ""
        return f"This key looks like one of {_OWNERS.get(owner, 'another server')}."

    async def _count_models(self) -> Finding:
        error = self._list_error
        if error is not None:
            return skipped(f"The list can't be read; type the model's name. {error.message}")
        if not self._models:
            return skipped("The server has no list; type the model's name.")
        return ok(f"The server lists {len(self._models)}.", self._listed_after)

    async def _look_for_model(self) -> Finding:
        wanted = self._config.model
        if not wanted:
            raise InvalidSetting("No model is chosen.", field="model", cure="Choose one.")
        listed = next((model for model in self._models if model.id == wanted), None)
        if listed is not None:
            return ok(_described(listed))
        try:
            await self._ask()
        except LLMError as error:
            if error.kind is ErrorKind.MODEL_NOT_FOUND:
                return failed(error, self._similar())
        return skipped(f"{wanted} is not in the server's list; the answer shows whether it exists.")

    def _similar(self) -> str:
        ids = [model.id for model in self._models]
        close = get_close_matches(self._config.model, ids, n=3, cutoff=0.5)
        return f"Similar ones: {', '.join(close)}." if close else ""

    async def _answer(self) -> Finding:
        try:
            reply = await self._ask()
        except LLMError as error:
            if error.kind is not ErrorKind.ENDPOINT_NOT_FOUND:
                raise
            return failed(error, await self._next_door())
        return ok(reply.answer, reply.milliseconds)

    async def _next_door(self) -> str:
        """Return a hint if the server answers with `/v1` where it is missing, or without it."""
        url = neighbour(base_url(self._provider, self._config.endpoint))
        if url is None or self._provider is LLMProvider.ANTHROPIC:
            return ""
        trial = self._open_trial(url)
        try:
            await trial.ask()
        except LLMError:
            return ""
        finally:
            await trial.aclose()
        return f"It answers at {url}, so enter that."

    async def _stream(self) -> Finding:
        reply = await self._ask()
        return ok(reply.streaming, reply.first)

    async def _ask(self) -> Reply:
        """Ask once, whichever stage needs the reply first."""
        if self._reply is None:
            assert self._trial is not None
            try:
                self._reply = await self._trial.ask()
            except LLMError as error:
                self._reply = error
        if isinstance(self._reply, LLMError):
            raise self._reply
        return self._reply


def _described(model: ModelInfo) -> str:
    words = [model.display_name]
    if model.context_window:
        words.append(f"{model.context_window:,} tokens of context")
    if model.images:
        words.append("reads images and PDF files" if model.documents else "reads images")
    return f"{', '.join(words)}."


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


async def _ended(name: StageName, step: Step) -> Stage:
    started = time.monotonic()
    try:
        found = await step()
    except ParleyError as error:
        found = failed(error)
    return Stage(
        name=name,
        state=found.state,
        milliseconds=_since(started) if found.milliseconds is None else found.milliseconds,
        result=found.result,
        cause=found.cause,
        cure=found.cure,
    )
