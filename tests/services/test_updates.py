"""Looking for a newer version: only when wanted, and sceptical of the answer."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest

from desktop.core.errors import UpdateCheckFailed
from desktop.services.updates import VARIABLE, Release, Updates, update_feed
from tests.quiet import Quiet

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
NEWER = {"version": "1.10.0", "notes": "Faster.", "page": "https://example.invalid/1.10.0"}


class Kept:
    """Settings in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    async def app(self, key: str) -> dict[str, Any]:
        return self.rows.get(key, {})

    async def set_app(self, key: str, value: dict[str, Any]) -> None:
        self.rows[key] = value


class Feed(ThreadingHTTPServer):
    """Answers what it was told to, and counts."""

    daemon_threads = True
    body = b""
    status = 200
    asked = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/feed.json"


class _Handler(Quiet, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        feed = cast("Feed", self.server)
        feed.asked += 1
        self.send_response(feed.status)
        self.end_headers()
        self.wfile.write(feed.body)


@pytest.fixture
def feed() -> Iterator[Feed]:
    with Feed(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        server.body = json.dumps(NEWER).encode()
        yield server
        server.shutdown()
        thread.join()


def updates(feed: Feed, kept: Kept | None = None, *, version: str = "1.9.3") -> Updates:
    return Updates(kept or Kept(), feed.address, version=version, now=lambda: NOW)


async def test_a_newer_version_is_told_with_its_notes(feed: Feed) -> None:
    assert await updates(feed).look() == Release(*NEWER.values())


@pytest.mark.parametrize("version", ["1.10.0", "1.10.0.0", "1.10.1", "2.0", "10.0.0"])
async def test_what_is_not_newer_is_nothing(version: str, feed: Feed) -> None:
    assert await updates(feed, version=version).look() is None


@pytest.mark.parametrize("version", ["1.9", "1.2.30", "0.99.99", "1.10.0.dev1"])
async def test_parts_of_a_version_are_numbers(version: str, feed: Feed) -> None:
    found = await updates(feed, version=version).look()

    assert (found is None) == (version == "1.10.0.dev1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>log in first</html>",
        b"[]",
        b"{}",
        b'{"version": 2}',
        b'{"version": "newest"}',
        b'{"version": "2.0", "notes": null}',
        b'{"version": "2.0; rm -rf /"}',
        b"\xff\xfe",
        b" " * 200_000,
        b"[" * 90_000,
    ],
)
async def test_an_answer_without_sense_is_no_update(body: bytes, feed: Feed) -> None:
    feed.body = body

    with pytest.raises(UpdateCheckFailed, match="makes no sense"):
        await updates(feed).look()


@pytest.mark.parametrize("page", ["http://example.invalid/", "file:///etc/passwd", "javascript:1"])
async def test_only_a_safe_page_is_offered(page: str, feed: Feed) -> None:
    feed.body = json.dumps(NEWER | {"page": page}).encode()

    found = await updates(feed).look()

    assert found is not None
    assert found.page == ""


async def test_no_answer_is_told(feed: Feed) -> None:
    feed.status = 500
    with pytest.raises(UpdateCheckFailed, match="does not answer"):
        await updates(feed).look()

    with pytest.raises(UpdateCheckFailed, match="does not answer"):
        await Updates(Kept(), "http://127.0.0.1:9/").look()
    with pytest.raises(UpdateCheckFailed, match="without an address"):
        await Updates(Kept(), None).look()


async def test_nothing_is_asked_before_the_user_says_yes(feed: Feed) -> None:
    service = updates(feed)

    assert not await service.is_daily()
    assert not await service.is_due()

    await service.set_daily(True)
    assert await service.is_due()
    await service.set_daily(False)
    assert not await service.is_due()
    assert feed.asked == 0


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (NOW, False),
        (NOW - timedelta(hours=23), False),
        (NOW - timedelta(hours=25), True),
        (NOW + timedelta(days=400), True),  # the clock was wrong then
        (NOW.replace(tzinfo=None), True),
        ("yesterday", True),
        (None, True),
    ],
)
async def test_once_a_day_is_enough(asked: object, due: bool, feed: Feed) -> None:
    kept = Kept()
    told = asked.isoformat() if isinstance(asked, datetime) else asked
    kept.rows["updates"] = {"daily": True, "asked": told}

    assert await updates(feed, kept).is_due() == due


async def test_a_look_counts_for_the_day_and_keeps_the_choice(feed: Feed) -> None:
    kept = Kept()
    service = updates(feed, kept)
    await service.set_daily(True)

    await service.look()

    assert not await service.is_due()
    assert await service.is_daily()


def test_a_checkout_has_no_feed_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert update_feed() is None

    monkeypatch.setenv(VARIABLE, "https://example.invalid/feed.json")
    assert update_feed() == "https://example.invalid/feed.json"
