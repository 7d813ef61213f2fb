"""What the clients of all providers share: a stream, whole answers, the model list."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from desktop.core.content import Role
from desktop.core.errors import ErrorKind
from desktop.llm.accumulator import ProviderFailure
from desktop.llm.attempt import Sending
from desktop.llm.base import (
    BaseLLMClient,
    LLMMessage,
    LLMResponse,
    LLMStreamChunk,
    ModelInfo,
    OnStatus,
    ToolDefinition,
)
from desktop.llm.dialect import Dialect
from desktop.llm.endpoints import is_loopback
from desktop.llm.error_payloads import tells_error
from desktop.llm.error_texts import Service
from desktop.llm.errors import translated
from desktop.llm.exchange import FAILURES, Exchange, Terms
from desktop.llm.hosts import ANTHROPIC_HOST, OPENAI_HOST
from desktop.llm.http import Pinned, checked_key, new_http_client
from desktop.llm.jsonvalues import JSONObject, as_object, valid_unicode
from desktop.llm.models import parse_models
from desktop.llm.network import NetworkOptions
from desktop.llm.policy import ParameterPolicy, RequestParameters
from desktop.llm.policy_memory import PolicyMemory
from desktop.llm.retry import RetryPolicy

_TEST_QUESTION = "Reply with the word OK."
_TEST_TOKENS = 16
_ALWAYS_LISTED = {OPENAI_HOST, ANTHROPIC_HOST}
_NO_LIST = {ErrorKind.ENDPOINT_NOT_FOUND, ErrorKind.UNSUPPORTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An SDK's client, ready to use, as far as we use one.

    `post` sends a streaming request, `get` fetches a path with a query.
    """

    post: Callable[[JSONObject], Sending]
    get: Callable[[str, Mapping[str, Any]], Awaitable[httpx2.Response]]
    close: Callable[[], Awaitable[None]]


class StreamingClient(BaseLLMClient):
    """A client over an SDK, which it loads with its first request."""

    def __init__(
        self,
        api_key: str | None,
        dialect: Dialect,
        *,
        provider: str,
        base_url: str,
        wanted: RequestParameters,
        network: NetworkOptions,
        memory: PolicyMemory | None,
        retry: RetryPolicy,
    ) -> None:
        self.model = dialect.peer.model
        self._api_key = api_key
        self._dialect = dialect
        self._provider = provider
        self._wanted = wanted
        self._network = network
        self._retry = retry
        self._policy = ParameterPolicy(host=dialect.peer.host, dialect=dialect.name, memory=memory)
        self._service = Service(
            base_url, is_loopback(base_url), ((api_key or "").strip(), *network.secrets)
        )
        self._connection: Connection | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failures: tuple[type[BaseException], ...] = FAILURES

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model!r}, {self._service.base_url!r})"

    @abstractmethod
    def _load(self) -> type[Exception]:
        """Import the SDK and return the base of its exceptions."""

    @abstractmethod
    def _headers(self, key: str | None) -> dict[str, str]:
        """Return the headers that carry `key`; none for a server without one."""

    @abstractmethod
    def _connect(self, http: httpx2.AsyncClient, key: str | None) -> Connection:
        """Make the SDK's client over `http`."""

    @abstractmethod
    async def _model_pages(self, connection: Connection) -> Any:
        """Return the decoded model list, all its pages as one."""

    async def stream(
        self,
        messages: Sequence[LLMMessage],
        tools: Sequence[ToolDefinition] | None = None,
        *,
        max_tokens: int | None = None,
        temperature: float | None = None,
        tool_choice: str | None = None,
        on_status: OnStatus | None = None,
    ) -> AsyncGenerator[LLMStreamChunk]:
        """Stream an answer; see `BaseLLMClient.stream` for what comes in which order."""
        wanted = self._wanted_with(max_tokens, temperature, tool_choice)
        try:
            exchange = await self._begun(messages, tools or (), wanted, on_status)
        except self._failures as error:
            yield LLMStreamChunk("error", error=translated(error, self._service))
            return
        try:
            while not exchange.ended:
                for chunk in await exchange.advance():
                    yield chunk
        finally:
            await exchange.aclose()

    async def complete(
        self,
        messages: Sequence[LLMMessage],
        tools: Sequence[ToolDefinition] | None = None,
        *,
        max_tokens: int | None = None,
        temperature: float | None = None,
        tool_choice: str | None = None,
        on_status: OnStatus | None = None,
    ) -> LLMResponse:
        """Return the whole answer; see `BaseLLMClient.complete`."""
        chunks = self.stream(
            messages,
            tools,
            max_tokens=max_tokens,
            temperature=temperature,
            tool_choice=tool_choice,
            on_status=on_status,
        )
        async with aclosing(chunks):
            async for chunk in chunks:
                if chunk.error is not None:
                    raise chunk.error
                if chunk.response is not None:
                    return chunk.response
        raise AssertionError("a stream ends in done or error")

    async def list_models(self) -> list[ModelInfo]:
        """Return the models to offer; empty where the server has no list.

        Raises:
            LLMError: the list could not be read.
        """
        try:
            connection = await self._connected()
            async with asyncio.timeout(self._network.limits.listing):
                pages = await self._model_pages(connection)
            models = await asyncio.to_thread(
                parse_models, pages, provider=self._provider, host=self._service.host
            )
            if not models and tells_error(as_object(pages)):
                raise ProviderFailure(pages)
        except self._failures as error:
            told = translated(error, self._service)
            if told.kind in _NO_LIST and self._service.host not in _ALWAYS_LISTED:
                return []
            raise told from None
        return models

    async def test(self) -> LLMResponse:
        """Ask the model for one tiny answer, over the same code as a chat.

        Raises:
            LLMError: what a chat would have failed with.
        """
        question = LLMMessage(Role.USER, _TEST_QUESTION)
        return await self.complete([question], max_tokens=_TEST_TOKENS)

    async def aclose(self) -> None:
        """Close the connections; the client can't be used after."""
        connection, self._connection = self._connection, None
        if connection is not None and self._loop is asyncio.get_running_loop():
            await connection.close()

    async def _begun(
        self,
        messages: Sequence[LLMMessage],
        tools: Sequence[ToolDefinition],
        wanted: RequestParameters,
        on_status: OnStatus | None,
    ) -> Exchange:
        body = valid_unicode(self._dialect.request(messages, tools))
        warnings = self._policy.apply(self.model, body, wanted)
        connection = await self._connected()
        terms = Terms(
            service=self._service,
            dialect=self._dialect,
            policy=self._policy,
            limits=self._network.limits,
            retry=self._retry,
            send=connection.post,
            failures=self._failures,
        )
        return Exchange(terms, body, warnings, on_status)

    async def _connected(self) -> Connection:
        """Return the connection of the running event loop; one made in another is useless."""
        key = checked_key(self._api_key)
        loop = asyncio.get_running_loop()
        if self._connection is None or self._loop is not loop:
            fresh = await asyncio.to_thread(self._new_connection, key)
            if self._connection is not None and self._loop is loop:
                await fresh.close()  # another request was quicker
            else:
                self._connection, self._loop = fresh, loop
        return self._connection

    def _new_connection(self, key: str | None) -> Connection:
        """Load the SDK and the trusted certificates; for a thread, as both take long."""
        self._failures = (*FAILURES, self._load())
        pinned = Pinned(self._service.base_url, self._headers(key))
        http = new_http_client(pinned, self._network)
        return self._connect(http, key)

    def _wanted_with(
        self, max_tokens: int | None, temperature: float | None, tool_choice: str | None
    ) -> RequestParameters:
        wanted = self._wanted
        return replace(
            wanted,
            max_tokens=wanted.max_tokens if max_tokens is None else max_tokens,
            temperature=wanted.temperature if temperature is None else temperature,
            tool_choice=tool_choice,
        )
