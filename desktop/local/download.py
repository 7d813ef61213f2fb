"""Download one file over HTTP: it goes on where it broke off, now and at the next try."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

import httpx2

from desktop.core.errors import LocalModelError
from desktop.local.model_file import LocalModel
from desktop.local.source import SET_ANOTHER, find_file

OnBytes = Callable[[int], None]

RETRIES = 10
_PAUSE_SECONDS = 1.0
_CONNECT_SECONDS, _IDLE_SECONDS = 15.0, 60.0
_CHECK_CONNECTION = "Check the connection to the internet, then try again: it goes on from there."
_COULD_NOT = "The model could not be downloaded:"


async def download_from(
    source: str,
    model: LocalModel,
    directory: Path,
    on_bytes: OnBytes,
    *,
    pause: float | None = None,
) -> Path:
    """Bring the file that holds `model` from `source` into `directory` and return its path.

    What was there of it from an earlier try is kept and completed. `on_bytes` is called with
    the number of bytes that are there; `pause` is in seconds, between tries.

    Raises:
        LocalModelError: it could not be had; what has arrived stays for the next try.
        OSError: it can't be stored.
    """
    trust = await asyncio.to_thread(httpx2.create_ssl_context)
    timeout = httpx2.Timeout(_IDLE_SECONDS, connect=_CONNECT_SECONDS)
    try:
        async with httpx2.AsyncClient(
            verify=trust, timeout=timeout, follow_redirects=True, max_redirects=5
        ) as client:
            url = await find_file(client, source, model)
            part = directory / f"{Path(url.path).name}.part"
            await _complete(client, url, part, on_bytes, _PAUSE_SECONDS if pause is None else pause)
            return part
    except httpx2.HTTPError as error:
        raise _explain(error) from error


async def _complete(
    client: httpx2.AsyncClient, url: httpx2.URL, part: Path, on_bytes: OnBytes, pause: float
) -> None:
    """Fetch what is missing of `part`, again and again while that brings something."""
    for tries_left in reversed(range(RETRIES)):
        try:
            await _continue(client, url, part, on_bytes)
            return
        except httpx2.TransportError:
            if not tries_left:
                raise
            await asyncio.sleep(pause)


async def _continue(
    client: httpx2.AsyncClient, url: httpx2.URL, part: Path, on_bytes: OnBytes
) -> None:
    there = await asyncio.to_thread(_size, part)
    headers = {"Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
    async with client.stream("GET", url, headers=headers) as response:
        if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it is there; whether it is right, its checksum tells
        response.raise_for_status()
        appends = response.status_code == HTTPStatus.PARTIAL_CONTENT
        with part.open("ab" if appends else "wb") as file:
            await _store(response, file, on_bytes)


async def _store(response: httpx2.Response, file: BinaryIO, on_bytes: OnBytes) -> None:
    async for chunk in response.aiter_raw():
        await asyncio.to_thread(file.write, chunk)
        on_bytes(file.tell())


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _explain(error: httpx2.HTTPError) -> LocalModelError:
    if isinstance(error, httpx2.HTTPStatusError):
        response = error.response
        return LocalModelError(
            f"{_COULD_NOT} {response.url.host} answered {response.status_code} "
            f"{response.reason_phrase}.",
            cure=f"Try again later, or {SET_ANOTHER}.",
        )
    if isinstance(error, httpx2.ProxyError):
        return LocalModelError(
            f"{_COULD_NOT} the proxy does not let it through.",
            cure="Check the proxy settings of this computer, then try again.",
        )
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return LocalModelError(
            f"{_COULD_NOT} the server's certificate is not trusted.",
            cure="Check the date of this computer, then try again.",
        )
    return LocalModelError(f"{_COULD_NOT} there is no connection.", cure=_CHECK_CONNECTION)
