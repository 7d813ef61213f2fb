"""A server on this machine that announces version 99."""

import functools
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.quiet import Quiet

RELEASE = {"version": "99.0", "notes": "Everything is new.", "page": "https://example.invalid"}


@contextmanager
def release_feed(folder: Path) -> Generator[tuple[str, list[str]]]:
    """Give the address of a feed in `folder`, and a list that fills with what was asked for."""
    asked: list[str] = []

    class Handler(Quiet, SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

    (folder / "feed.json").write_text(json.dumps(RELEASE))
    handler = functools.partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/feed.json", asked
        server.shutdown()
        thread.join()
