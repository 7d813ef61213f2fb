"""What the bundle's shared objects need of each other and of the system (Linux)."""

import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from script.packaging.contents import C_LIBRARY, SYSTEM_LIBRARIES, Row

_ELF = b"\x7fELF"
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_GLIBC = re.compile(rb"\bGLIBC_2\.(\d+)\b")


def shared_objects(bundle: Path) -> list[Path]:
    """Return every ELF file in `bundle`, the program itself too."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink())
    return [path for path in files if _is_elf(path)]


@cache
def needs(path: Path) -> frozenset[str]:
    """Return the names of the shared objects that `path` asks for.

    Raises:
        subprocess.CalledProcessError: it is no ELF file.
    """
    command = ["readelf", "--dynamic", "--wide", path]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return frozenset(_NEEDED.findall(output))


def without_strays(rows: Iterable[Row]) -> list[Row]:
    """Leave out system libraries that only an unwanted file had needed."""
    kept = list(rows)
    while True:
        needed = {
            name for _, source, _ in kept if _is_elf(Path(source)) for name in needs(Path(source))
        }
        fewer = [row for row in kept if not _is_stray(row, needed)]
        if len(fewer) == len(kept):
            return kept
        kept = fewer


def _is_stray(row: Row, needed: set[str]) -> bool:
    destination, source, _ = row
    if destination.startswith("libpython"):  # the program opens it by name
        return False
    from_system = source.startswith(("/lib/", "/usr/lib/"))
    return from_system and "/" not in destination and destination not in needed


def system_packages(bundle: Path) -> list[str]:
    """Return the Debian packages that hold what `bundle` leaves to the system.

    Raises:
        ValueError: it needs a shared object that nobody brings.
    """
    objects = shared_objects(bundle)
    brought = {path.name for path in bundle.rglob("*.so*")}
    needed = {name for path in objects for name in needs(path)} - brought
    unknown = [n for n in needed if n not in SYSTEM_LIBRARIES and not C_LIBRARY.fullmatch(n)]
    if unknown:
        raise ValueError(f"neither the bundle nor the system has: {', '.join(sorted(unknown))}")
    return sorted({SYSTEM_LIBRARIES[name] for name in needed if name in SYSTEM_LIBRARIES})


def oldest_glibc(bundle: Path) -> str:
    """Return the oldest version of the C library that `bundle` runs with."""
    newest = max(
        int(minor) for path in shared_objects(bundle) for minor in _GLIBC.findall(path.read_bytes())
    )
    return f"2.{newest}"


def strip(bundle: Path) -> None:
    """Take out what only a debugger reads.

    Not from Qt, where it is out already, nor from the libraries that wheels bring in a `.libs`
    folder: their tool, auditwheel, leaves them in a form that strip breaks.

    Raises:
        subprocess.CalledProcessError: binutils can't; it says why.
    """
    for path in shared_objects(bundle / "_internal"):
        folder = path.relative_to(bundle / "_internal").parts[0]
        if folder != "PySide6" and not folder.endswith(".libs"):
            subprocess.run(["strip", "--strip-unneeded", path], check=True)


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_ELF)) == _ELF
