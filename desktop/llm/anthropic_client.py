"""Anthropic, and servers that speak its dialect."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import httpx2

from desktop.llm.attempt import Sending
from desktop.llm.client import Connection, StreamingClient
from desktop.llm.dialect import Peer, fingerprint
from desktop.llm.endpoints import base_url, split_query
from desktop.llm.hosts import ANTHROPIC_HOST
from desktop.llm.json_body import read_json
from desktop.llm.jsonvalues import JSONObject, as_list, as_object, as_text
from desktop.llm.messages_dialect import MessagesDialect
from desktop.llm.network import NetworkOptions
from desktop.llm.policy import RequestParameters
from desktop.llm.policy_memory import PolicyMemory
from desktop.llm.retry import RetryPolicy
from desktop.llm.sdk_logs import quiet

API_VERSION = "2026-10-21"

_NO_KEY = "not-needed"  # the SDK would look for one in the environment
_PAGE_SIZE = 1000
_MOST_PAGES = 20


def prewarm() -> None:
    """Import what a first request needs: about a second, so do it in a thread."""
    # The resources are modules of their own, which the SDK imports where they are first used.
    for name in ("messages", "models"):
        import_module(f"anthropic.resources.{name}")
    import_module("anyio._backends._asyncio")  # anyio waits with that for a first connection
    quiet()


class AnthropicClient(StreamingClient):
    """The Messages API.

    `endpoint` is a base URL without `/v1`, None for Anthropic itself. `api_key` is None for
    servers without keys. `max_tokens` is the limit of the answer without its thinking.
    """

    def __init__(
        self,
        api_key: str | None,
        model: str,
        endpoint: str | None = None,
        *,
        max_tokens: int | None = None,
        temperature: float | None = None,
        reasoning_effort: str | None = None,
        network: NetworkOptions | None = None,
        memory: PolicyMemory | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        url = base_url("anthropic", endpoint)
        peer = Peer(urlsplit(url).hostname or "", model, fingerprint(api_key))
        super().__init__(
            api_key,
            MessagesDialect(peer),
            provider="anthropic",
            base_url=url,
            wanted=RequestParameters(max_tokens, temperature, reasoning_effort),
            network=network or NetworkOptions(),
            memory=memory,
            retry=retry or RetryPolicy(),
        )

    def _load(self) -> type[Exception]:
        from anthropic import AnthropicError

        prewarm()
        return AnthropicError

    def _headers(self, key: str | None) -> dict[str, str]:
        headers = {"anthropic-version": API_VERSION}
        if key:
            headers["authorization"] = f"Bearer {key}"
            if self._service.host != ANTHROPIC_HOST:
                headers["x-api-key"] = key  # what compatible servers still read
        return headers

    def _connect(self, http: httpx2.AsyncClient, key: str | None) -> Connection:
        from anthropic import AsyncAnthropic

        address, query = split_query(self._service.base_url)
        sdk = AsyncAnthropic(
            api_key=key or _NO_KEY,
            base_url=address,
            default_query=query,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
            open_telemetry={"traces": False, "propagation": False},
        )

        # The body goes in as `extra_body`, so that it arrives exactly as we made it; the
        # SDK would warn on standard error of models whose name it finds old.
        def post(body: JSONObject) -> Sending:
            return sdk.messages.with_streaming_response.create(
                model="", messages=[], max_tokens=1, stream=True, extra_body=body
            )

        async def get(path: str, query: Mapping[str, Any]) -> httpx2.Response:
            return await sdk.get(path, cast_to=httpx2.Response, options={"params": dict(query)})

        return Connection(post=post, get=get, close=sdk.close)

    async def _model_pages(self, connection: Connection) -> Any:
        """Follow the cursor; what is no such list is returned as it is."""
        models: list[Any] = []
        query: dict[str, Any] = {"limit": _PAGE_SIZE}
        for _ in range(_MOST_PAGES):
            payload = read_json(await connection.get("/v1/models", query))
            page = as_object(payload)
            if not as_list(page.get("data")):
                return {"data": models} if models else payload
            models.extend(as_list(page["data"]))
            last = as_text(page.get("last_id"))
            if not page.get("has_more") or not last or last == query.get("after_id"):
                break
            query["after_id"] = last
        return {"data": models}
