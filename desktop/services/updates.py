"""Whether there is a newer Parley: asked only when the user wants it, and nothing is fetched."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

from desktop import __version__
from desktop.core.errors import UpdateCheckFailed
from desktop.core.resources import source_of

VARIABLE = "PARLEY_UPDATE_FEED"
"""The environment variable that names the feed; it goes before what was built in."""

_BUILT_IN = "update-feed.txt"
_EVERY = timedelta(days=1)
_LARGEST = 100_000
_SECONDS = 15.0
_KEY = "updates"
_VERSION = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){0,3})")


@dataclass(frozen=True, slots=True)
class Release:
    """A newer version, what its makers say of it, and the address of its page or ''."""

    version: str
    notes: str
    page: str


class AppSettings(Protocol):
    """Where the choice is kept."""

    async def app(self, key: str) -> dict[str, Any]:
        """Return what is kept under `key`."""
        ...

    async def set_app(self, key: str, value: dict[str, Any]) -> None:
        """Keep `value` under `key`."""
        ...


def update_feed() -> str | None:
    """Return where versions are announced: the user's, else what was built in, else None."""
    return source_of(VARIABLE, _BUILT_IN)


class Updates:
    """Asks `feed`, a JSON object with `version`, `notes` and `page`, for the newest version."""

    def __init__(
        self,
        settings: AppSettings,
        feed: str | None,
        *,
        version: str = __version__,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._feed = feed
        self._now = now
        self.version = version

    @property
    def has_feed(self) -> bool:
        """Whether this Parley knows where to ask."""
        return self._feed is not None

    async def is_daily(self) -> bool:
        """Tell whether the user wants it to be asked once a day; not unless he said so."""
        return (await self._settings.app(_KEY)).get("daily") is True

    async def set_daily(self, wanted: bool) -> None:
        """Keep the user's choice."""
        await self._settings.set_app(_KEY, {"daily": wanted})

    async def is_due(self) -> bool:
        """Tell whether it is to be asked now without being told to."""
        row = await self._settings.app(_KEY)
        if row.get("daily") is not True or not self.has_feed:
            return False
        try:
            asked = datetime.fromisoformat(str(row.get("asked")))
            return not timedelta() <= self._now() - asked < _EVERY
        except (ValueError, TypeError):
            return True

    async def look(self) -> Release | None:
        """Ask now; None when this is the newest version.

        Raises:
            UpdateCheckFailed: there is no answer, or it makes no sense.
        """
        release = _release(await self._ask())
        if await self.is_daily():
            asked = self._now().isoformat()
            await self._settings.set_app(_KEY, {"daily": True, "asked": asked})
        return release if _is_newer(release.version, self.version) else None

    async def _ask(self) -> bytes:
        import httpx2  # not before the first paint

        if self._feed is None:
            raise UpdateCheckFailed("This Parley was built without an address to ask.")
        trust = await asyncio.to_thread(httpx2.create_ssl_context)
        try:
            async with (
                httpx2.AsyncClient(verify=trust, timeout=_SECONDS) as client,
                client.stream("GET", self._feed) as response,
            ):
                response.raise_for_status()
                body = b""
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > _LARGEST:
                        raise _no_sense()
                return body
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UpdateCheckFailed(
                "The newest version can't be told: its server does not answer.",
                cure="Check the connection to the internet, or try again later.",
            ) from error


def _release(body: bytes) -> Release:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _no_sense() from error
    if not isinstance(told, dict):
        raise _no_sense()
    fields = cast("dict[str, Any]", told)
    version, notes, page = (fields.get(name, "") for name in ("version", "notes", "page"))
    if not (isinstance(version, str) and isinstance(notes, str) and isinstance(page, str)):
        raise _no_sense()
    if _VERSION.fullmatch(version) is None:
        raise _no_sense()
    return Release(version, notes, page if page.startswith("https://") else "")


def _is_newer(version: str, than: str) -> bool:
    return _numbers(version) > _numbers(than)


def _numbers(version: str) -> tuple[int, ...]:
    found = _VERSION.match(version)
    numbers = [int(part) for part in found[1].split(".")] if found else []
    return tuple(numbers + [0] * (4 - len(numbers)))


def _no_sense() -> UpdateCheckFailed:
    return UpdateCheckFailed(
        "The newest version can't be told: the answer makes no sense.", cure="Try again later."
    )
