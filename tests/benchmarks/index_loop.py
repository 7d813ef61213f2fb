"""How long the event loop waits while a thousand messages are cut, embedded and indexed.

Beside it, as the floor, an idle loop in the same run. The vectors come at once, from a server
in a process of its own, so that everything the indexing does happens as fast as it can.
"""

import asyncio
import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from desktop.services.meaning.state import Phase
from desktop.storage.paths import Paths
from tests.benchmarks.figure import Figure, figure
from tests.services.meaning.home import Home, open_home

ROOT = Path(__file__).resolve().parents[2]
DIMENSION = 1536
TALKS, MESSAGES = 10, 100
TEXT = "Words that say something about the matter at hand, again and again. " * 20
TICK = 0.002  # seconds


class Vectors(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        texts = json.loads(self.rfile.read(int(self.headers["content-length"])))["input"]
        rows = np.random.default_rng(len(texts)).standard_normal(
            (len(texts), DIMENSION), np.float32
        )
        encoded = [base64.b64encode(row.tobytes()).decode() for row in rows]
        if len(texts) == 1:  # the probe has to be the same each time
            encoded = [base64.b64encode(np.ones(DIMENSION, "<f4").tobytes()).decode()]
        data = [{"index": place, "embedding": each} for place, each in enumerate(encoded)]
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def index_loop() -> Iterator[Figure]:
    """Measure the loop's latency."""
    command = [sys.executable, "-m", "tests.benchmarks.index_loop"]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server,
        tempfile.TemporaryDirectory() as directory,
    ):
        assert server.stdout is not None
        try:
            url = server.stdout.readline().strip()
            idle, busy = asyncio.run(_measure(Path(directory), url))
        finally:
            server.kill()
    yield figure("index.loop", busy, "ms p99", floor=idle, budget=8, budget_of="value")


async def _measure(directory: Path, url: str) -> tuple[float, float]:
    home = await open_home(Paths.resolve(directory))
    for talk in range(TALKS):
        await home.say(*(f"{talk} {number}. {TEXT}" for number in range(MESSAGES)))
    await home.set_up(url, "fast")
    await home.indexing.agree(history=True)
    idle = await latency(asyncio.sleep(3))
    busy = await latency(_index(home))
    await home.database.close()
    return idle, busy


async def _index(home: Home) -> None:
    async with home.running():
        await home.until(Phase.READY, seconds=300)


async def latency(work: Coroutine[object, object, None]) -> float:
    """Return how late the loop comes back while `work` runs: ms, the 99th percentile."""
    task = asyncio.create_task(work)
    late: list[float] = []
    while not task.done():
        started = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append((time.perf_counter() - started - TICK) * 1000)
    await task
    return float(np.percentile(late, 99))


BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {"index.loop": index_loop}

if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Vectors) as listening:
        print(f"http://127.0.0.1:{listening.server_address[1]}/v1", flush=True)
        listening.serve_forever()
