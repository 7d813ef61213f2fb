"""The child process: llama.cpp's own HTTP server, serving one model until its parent ends.

It reads one `Order` from standard input, answers with one line of JSON on standard output,
`{"address": "http://127.0.0.1:PORT"}`, once the model is loaded, and ends when standard
input closes: that is how it notices that its parent is gone, on every platform.
"""

import importlib
import json
import os
import sys
import threading
from dataclasses import asdict, dataclass, field
from typing import Any, Self, TextIO

from desktop.core.bundle import SERVE_MODEL, is_bundled

PROMPT_CACHE_MB = 256
_FEW_CORES = 2
CONVERSATIONS = 2
"""How many answers are written at once; they share one context."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to serve; the key comes this way because a command line is for all to read.

    `threads` None leaves the number to the child; `context` is in tokens.
    """

    model: str
    name: str
    key: str = field(repr=False)
    threads: int | None = None
    context: int = 8192

    def to_line(self) -> bytes:
        """Return the line that the child reads."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read what `to_line` wrote."""
        return cls(**json.loads(line))


def command() -> tuple[str, ...]:
    """Return how the child is started: from source, or from a bundle by its executable."""
    if is_bundled():
        return (sys.executable, SERVE_MODEL)
    return (sys.executable, "-m", "desktop.local.child")


def main() -> None:
    """Serve what standard input orders, until it closes."""
    order = Order.from_line(sys.stdin.readline())
    reply = _take_standard_output()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server = serve(order)
    reply.write(json.dumps({"address": server.listening_address}) + "\n")
    reply.flush()
    threading.Event().wait()


def serve(order: Order) -> Any:
    """Load the model and start to listen on a free port of 127.0.0.1.

    llama.cpp holds Python's lock until the model is loaded, so a parent that ends before
    is noticed only then.

    Raises:
        RuntimeError: llama.cpp could not; it says why on standard error.
    """
    llama: Any = importlib.import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = order.model
    params.model_alias = {order.name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order.key] if order.key else []
    params.n_ctx = order.context
    params.n_parallel = CONVERSATIONS
    params.kv_unified = True
    params.cache_ram_mib = PROMPT_CACHE_MB
    params.embedding = True  # chat works all the same
    params.pooling_type = llama.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.offline = True
    threads = order.threads or thread_count()
    if threads is not None:
        params.cpuparams.n_threads = threads
    return llama.Server(params)


def thread_count() -> int | None:
    """Return how many threads to use: None, for llama.cpp to choose, where there are enough.

    Its threads wait for each other in a loop that never sleeps: on a core that they share with
    the window, an answer takes thirty times as long. So of two cores one is left to it.
    """
    return 1 if (os.cpu_count() or 1) <= _FEW_CORES else None


def _take_standard_output() -> TextIO:
    """Keep standard output for the reply; whatever else is printed goes to standard error."""
    reply = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return reply


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
