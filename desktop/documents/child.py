"""The child process: reads one file under limits, prints what it found, ends.

It reads one line of JSON from standard input, `{"path": …, "limits": {…}}`, and answers with
one line of JSON on standard output, `{"document": {…}}` or `{"error": {…}}`. The document's text
follows that line as it is: to read megabytes of JSON would keep the window waiting. A parser
that breaks in any other way ends it with a traceback on standard error.
"""

import json
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.core.bundle import READ_DOCUMENT, is_bundled
from desktop.core.errors import DocumentError
from desktop.documents.model import Limits

OUT_OF_MEMORY = 77
"""The exit code of a child that reached its limit of memory."""

_WATCH_SECONDS = 0.05
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "os.fork",
    "os.remove",
    "os.rename",
    "os.truncate",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "shutil.",
    "urllib.",
    "http.",
    "ftplib.",
    "winreg.",
)


def command() -> tuple[str, ...]:
    """Return how the child is started: from source, or from a bundle by its executable."""
    if is_bundled():
        return (sys.executable, READ_DOCUMENT)
    return (sys.executable, "-m", "desktop.documents.child")


def order_line(path: Path, limits: Limits) -> bytes:
    """Return what the child reads from standard input."""
    return json.dumps({"path": os.fspath(path), "limits": asdict(limits)}).encode() + b"\n"


def main() -> int:
    """Read the file that standard input names; return the exit code."""
    order = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**order["limits"])
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    limit_memory(limits.memory_bytes)
    from desktop.documents.parse import parse

    sys.addaudithook(_refuse)
    text = ""
    try:
        document = parse(Path(order["path"]), limits)
        answer: dict[str, Any] = {"document": document.about()}
        text = document.text
    except DocumentError as error:
        answer = {
            "error": {"message": error.message, "cure": error.cure, "fault": str(error.fault)}
        }
    except MemoryError:
        return OUT_OF_MEMORY
    out.write(json.dumps(answer).encode() + b"\n" + text.encode("utf-8", "surrogatepass"))
    out.close()
    return 0


def limit_memory(size: int) -> None:
    """End this process, or let it run out of memory, where it takes more than `size` bytes."""
    if sys.platform == "win32":
        return
    import resource

    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        return
    threading.Thread(target=_watch_memory, args=(size,), daemon=True).start()


def _watch_memory(size: int) -> None:
    """End the process once its largest size, in bytes on macOS, was over `size`."""
    if sys.platform == "win32":
        return
    import resource

    wait = threading.Event()
    while not wait.wait(_WATCH_SECONDS):
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > size:
            os._exit(OUT_OF_MEMORY)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what no parser needs: connections, programs, changes to files."""
    if event == "open":
        _path, mode, flags = arguments
        writes = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (
            mode is None and isinstance(flags, int) and flags & writes
        ):
            raise PermissionError("A parser may write no file.")
    elif event.startswith(_REFUSED):
        raise PermissionError(f"A parser may not use {event}.")


if __name__ == "__main__":
    sys.exit(main())
