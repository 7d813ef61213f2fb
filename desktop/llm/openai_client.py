"""OpenAI, and every server that speaks its dialects."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2

from desktop.llm.attempt import Sending
from desktop.llm.chat_dialect import ChatDialect
from desktop.llm.client import Connection, StreamingClient
from desktop.llm.dialect import Dialect, Peer, fingerprint
from desktop.llm.endpoints import base_url, split_query
from desktop.llm.hosts import OPENAI_HOST, is_azure
from desktop.llm.json_body import read_json
from desktop.llm.jsonvalues import JSONObject
from desktop.llm.network import NetworkOptions
from desktop.llm.policy import RequestParameters
from desktop.llm.policy_memory import PolicyMemory
from desktop.llm.responses_dialect import ResponsesDialect
from desktop.llm.retry import RetryPolicy
from desktop.llm.sdk_logs import quiet

API = Literal["auto", "responses", "chat"]

_NO_KEY = "not-needed"  # the SDK insists on one; the request hook takes it off again


def prewarm() -> None:
    """Import what a first request needs: half a second, so do it in a thread."""
    # The resources are modules of their own, which the SDK imports where they are first used.
    for name in ("chat.completions", "responses", "embeddings", "models"):
        import_module(f"openai.resources.{name}")
    import_module("anyio._backends._asyncio")  # anyio waits with that for a first connection
    quiet()


class OpenAIClient(StreamingClient):
    """Responses on OpenAI's own hosts, Chat Completions elsewhere; `api` overrides it.

    `endpoint` is a base URL, None for OpenAI itself. `api_key` is None for servers
    without keys. `max_tokens` is the limit of the answer without its reasoning;
    `think_tags` reads a `<think>` at the start of an answer as reasoning.
    """

    def __init__(
        self,
        api_key: str | None,
        model: str,
        endpoint: str | None = None,
        *,
        api: API = "auto",
        max_tokens: int | None = None,
        temperature: float | None = None,
        reasoning_effort: str | None = None,
        think_tags: bool = False,
        network: NetworkOptions | None = None,
        memory: PolicyMemory | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        provider = "openai_compatible" if endpoint else "openai"
        url = base_url(provider, endpoint)
        host = urlsplit(url).hostname or ""
        peer = Peer(host, model, fingerprint(api_key))
        super().__init__(
            api_key,
            _dialect(api, peer, think_tags=think_tags),
            provider="openai" if host == OPENAI_HOST else provider,
            base_url=url,
            wanted=RequestParameters(max_tokens, temperature, reasoning_effort),
            network=network or NetworkOptions(),
            memory=memory,
            retry=retry or RetryPolicy(),
        )

    def _load(self) -> type[Exception]:
        from openai import OpenAIError

        prewarm()
        return OpenAIError

    def _headers(self, key: str | None) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"} if key else {}

    def _connect(self, http: httpx2.AsyncClient, key: str | None) -> Connection:
        from openai import AsyncOpenAI

        address, query = split_query(self._service.base_url)
        sdk = AsyncOpenAI(
            api_key=key or _NO_KEY,
            base_url=address,
            default_query=query,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
        )

        # The body goes in as `extra_body`, so that it arrives exactly as we made it.
        def post(body: JSONObject) -> Sending:
            if self._dialect.name == "responses":
                return sdk.responses.with_streaming_response.create(stream=True, extra_body=body)
            return sdk.chat.completions.with_streaming_response.create(
                model=self.model, messages=[], stream=True, extra_body=body
            )

        async def get(path: str, query: Mapping[str, Any]) -> httpx2.Response:
            return await sdk.get(path, cast_to=httpx2.Response, options={"params": dict(query)})

        return Connection(post=post, get=get, close=sdk.close)

    async def _model_pages(self, connection: Connection) -> Any:
        return read_json(await connection.get("/models", {}))


def _dialect(api: API, peer: Peer, *, think_tags: bool) -> Dialect:
    own = peer.host == OPENAI_HOST or is_azure(peer.host)
    if api == "responses" or (api == "auto" and own):
        return ResponsesDialect(peer)
    return ChatDialect(peer, think_tags=think_tags)
