"""`parley --self-check`: does every part of this installation work here?"""

import asyncio
import os
import tempfile
from pathlib import Path

from desktop.core.errors import ParleyError
from desktop.self_checks import CHECKS


def run_self_check() -> int:
    """Print one line a part and return 0 when all work, in a directory of its own."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from desktop.app import make_application
    except ImportError as error:
        print(
            f"window: FAILED, {error}. On Debian and Ubuntu, script/run installs what is missing."
        )
        return 1
    from desktop.ui.event_loop import EventLoop

    app = make_application()
    with (
        tempfile.TemporaryDirectory(prefix="parley-check-") as home,
        asyncio.Runner(loop_factory=lambda: EventLoop(app)) as runner,
    ):
        return runner.run(_run_all(Path(home)))


async def _run_all(home: Path) -> int:
    failed = 0
    for name, check in CHECKS.items():
        try:
            print(f"{name}: {await check(home)}", flush=True)
        except (ParleyError, ImportError, OSError, RuntimeError, ValueError) as error:
            failed += 1
            print(f"{name}: FAILED, {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0
