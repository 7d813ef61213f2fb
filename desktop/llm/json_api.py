"""Plain JSON requests to one server: retried, bounded, every failure an `LLMError`."""

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2

from desktop.core.errors import LLMError
from desktop.llm.answer_reader import BodyTooLarge, NotAnAnswer
from desktop.llm.endpoints import is_loopback
from desktop.llm.error_texts import Service
from desktop.llm.errors import ErrorResponse, from_payload, from_response, translated
from desktop.llm.http import Pinned, checked_key, new_http_client
from desktop.llm.jsonvalues import as_object
from desktop.llm.network import NetworkOptions
from desktop.llm.retry import RetryPolicy

_MAX_BYTES = 256 * 1024 * 1024
_SHOWN_OF_PAGE = 64 * 1024
_FAILURES = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError, ValueError)


class JSONAPI:
    """One server's JSON API under `base_url`, for one event loop."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        *,
        network: NetworkOptions | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        key = checked_key(api_key)
        self._network = network or NetworkOptions()
        self.service = Service(base_url, is_loopback(base_url), (key or "", *self._network.secrets))
        self._base = urlsplit(base_url)
        self._retry = retry or RetryPolicy()
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._pinned = Pinned(base_url, headers)
        self._http: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def request(self, method: str, path: str, body: Any = None) -> object:
        """Return the decoded answer; `path` such as `/models` stands behind the base URL.

        Raises:
            LLMError: the server failed, after such repeats as make sense.
        """
        started = time.monotonic()
        attempt = 1
        while True:
            try:
                return await self._once(method, path, body)
            except LLMError as error:
                attempt += 1
                wait = self._retry.wait_before(attempt, error, time.monotonic() - started)
                if wait is None:
                    raise
            await asyncio.sleep(wait)

    async def aclose(self) -> None:
        """Close the connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _once(self, method: str, path: str, body: Any) -> object:
        try:
            async with asyncio.timeout(self._network.limits.first_byte):
                status, headers, data = await self._exchange(method, path, body)
            if not httpx2.codes.is_success(status):
                text = data.decode("utf-8", "replace")
                raise from_response(ErrorResponse(status, headers, text), self.service)
            payload = await asyncio.to_thread(_decoded, data)
        except _FAILURES as error:
            raise translated(error, self.service) from error
        if as_object(payload).get("error"):
            raise from_payload(payload, self.service)
        return payload

    async def _opened(self) -> httpx2.AsyncClient:
        async with self._opening:
            if self._http is None:
                self._http = await asyncio.to_thread(new_http_client, self._pinned, self._network)
            return self._http

    async def _exchange(
        self, method: str, path: str, body: Any
    ) -> tuple[int, dict[str, str], bytes]:
        url = urlunsplit(self._base._replace(path=self._base.path + path))
        http = await self._opened()
        async with http.stream(method, url, json=body) as response:
            data = bytearray()
            async for piece in response.aiter_bytes():
                data += piece
                if len(data) > _MAX_BYTES:
                    raise BodyTooLarge
            return response.status_code, dict(response.headers), bytes(data)


def _decoded(data: bytes) -> object:
    text = data.decode("utf-8-sig", "replace").strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        page = text.startswith("<")
        raise NotAnAnswer("no JSON came", beginning=text[:_SHOWN_OF_PAGE], page=page) from error
