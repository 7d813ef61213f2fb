"""How large the packaged program is, how soon it shows its window and what it holds at rest.

The local engine is inside but counts by itself: budgets are for the program without it.
"""

import asyncio
import lzma
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figure import Figure, figure
from tests.benchmarks.seeded_home import seed
from tests.benchmarks.start import (
    MEGABYTE,
    ROUNDS,
    app_command,
    bare_command,
    megabytes_at_rest,
    painted,
    screen,
)

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "build" / "bundle" / "parley"


def sizes() -> Iterator[Figure]:
    """Weigh the Debian package and what it installs."""
    packages = list((ROOT / "dist").glob("*.deb"))
    if not packages or not _is_built():
        return
    engine = list((BUNDLE / "_internal" / "xllamacpp").glob("*.so"))
    packed = sum(len(lzma.compress(path.read_bytes())) for path in engine) / MEGABYTE
    unpacked = sum(path.stat().st_size for path in engine) / MEGABYTE
    files = [path for path in BUNDLE.rglob("*") if path.is_file() and not path.is_symlink()]
    installed = sum(path.stat().st_size for path in files) / MEGABYTE
    deb = packages[0].stat().st_size / MEGABYTE
    yield figure("bundle.deb", deb - packed, "MB", budget=65)
    yield figure("bundle.installed", installed - unpacked, "MB", budget=190)
    yield figure("bundle.engine_deb", packed, "MB")
    yield figure("bundle.engine_installed", unpacked, "MB")


def start() -> Iterator[Figure]:
    """Start the bundle, the app from source and a bare window in turn."""
    if not _is_built():
        return
    times: dict[str, list[float]] = {"bundle": [], "source": [], "bare": []}
    with screen() as display, tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        asyncio.run(seed(home / "parley"))
        commands = {
            "bundle": bundle_command(home),
            "source": app_command(home),
            "bare": bare_command(),
        }
        for _ in range(ROUNDS + 1):
            for name, command in commands.items():
                with painted(command, display, home) as (seconds, _):
                    times[name].append(seconds)
    # The first round fills the caches of the disk.
    bundle, source, bare = (statistics.median(each[1:]) for each in times.values())
    yield figure("bundle.start", bundle, "s", floor=source, budget=1.3)
    yield figure("bundle.window", bundle, "s", floor=bare, budget=0.5, budget_of="value")


def rest_memory() -> Iterator[Figure]:
    """Weigh the bundle at rest beside the app from source."""
    if not _is_built():
        return
    with screen() as display, tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        asyncio.run(seed(home / "parley"))
        bundle = megabytes_at_rest(bundle_command(home), display, home)
        source = megabytes_at_rest(app_command(home), display, home)
    yield figure("bundle.rest_memory", bundle, "MB", floor=source)


def bundle_command(home: Path) -> list[str]:
    """Return the command that opens the packaged program with its data in `home`."""
    return [str(BUNDLE / "parley"), "--home", str(home / "parley")]


def _is_built() -> bool:
    if not (BUNDLE / "parley").exists():
        print("bundle: nothing is built; run script/build first.", file=sys.stderr)
        return False
    return True


BENCHMARKS = {
    "bundle.deb": sizes,
    "bundle.start": start,
    "bundle.rest_memory": rest_memory,
}
