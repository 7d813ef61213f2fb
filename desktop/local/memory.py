"""How much memory another process takes."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

_KILOBYTE = 1024


async def memory_of(pid: int) -> int | None:
    """Return the resident memory of `pid` in bytes; None where the system does not tell."""
    if sys.platform == "linux":
        return await asyncio.to_thread(_from_proc, pid)
    if sys.platform == "win32":
        return None
    process = await asyncio.create_subprocess_exec(
        "ps", "-o", "rss=", "-p", str(pid), stdout=PIPE, stderr=DEVNULL
    )
    out, _ = await process.communicate()
    return int(out) * _KILOBYTE if out.strip().isdigit() else None


def _from_proc(pid: int) -> int | None:
    """Read `VmRSS: 12345 kB` (proc_pid_status(5))."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith("VmRSS:")]
    return int(found[0][1]) * _KILOBYTE if found else None
