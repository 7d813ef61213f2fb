"""Leave out of ICU's data what Qt never asks for: of its 32 MB, 18 are names in 500 languages.

QtCore, which links ICU on Linux, sorts text with it, converts character sets and asks for time
zones. The format of the data is ICU's own "common data" (`ucmndata.h`): a header, a table of
contents sorted by name, and the items in the same order, each at a multiple of 16 bytes.
"""

import re
import struct
import subprocess
import tempfile
from pathlib import Path

from script.packaging.libraries import shared_objects

UNUSED_TREES = frozenset(
    {"brkitr", "curr", "lang", "rbnf", "region", "translit", "unit", "zone"},
)
"""Rules for breaking lines, names of currencies, languages, regions, units and time zones,
numbers in words, other scripts: Qt has its own or none. What is missing is as in a language
that ICU does not know."""

_LIBRARY = re.compile(r"libicudata\.so\.\d+")
_SYMBOL = re.compile(
    r"^\s*\d+: ([0-9a-f]+)\s+(0x[0-9a-f]+|\d+) OBJECT .* (icudt\d+_dat)$", re.MULTILINE
)
_HEADER = struct.Struct("<H2sHHBB2x4s")
_ALIGNMENT = 16

_ASSEMBLY = """\
    .section .rodata
    .globl {symbol}
    .type {symbol}, %object
    .size {symbol}, {size}
    .balign {alignment}
{symbol}:
    .incbin "{data}"
    .section .note.GNU-stack, "", %progbits
"""


def trim_icu(bundle: Path) -> None:
    """Put a smaller library in the place of every libicudata in `bundle`.

    Raises:
        subprocess.CalledProcessError: binutils can't; it says why.
        ValueError: the data is not in the form that is known.
    """
    for path in shared_objects(bundle):
        if _LIBRARY.fullmatch(path.name):
            symbol, data = read_library(path)
            kept = [(name, item) for name, item in items(data) if is_asked_for(name)]
            write_library(path, symbol, pack(data, kept))


def is_asked_for(name: str) -> bool:
    """Tell whether Qt may ask for the item `name`, such as `icudt73l/coll/sv.res`."""
    tree, _, inside = name.partition("/")[2].partition("/")
    return not inside or tree not in UNUSED_TREES


def read_library(path: Path) -> tuple[str, bytes]:
    """Return the name of the one symbol in a libicudata, and the data it stands for.

    Raises:
        subprocess.CalledProcessError: it is no ELF file.
        ValueError: it has no such symbol.
    """
    command = ["readelf", "--dyn-syms", "--wide", path]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = _SYMBOL.search(output)
    if found is None:
        raise ValueError(f"{path.name} has no data of ICU")
    # The first segment begins with the file, so that addresses in it are places in the file.
    start, size = int(found[1], 16), int(found[2], 0)
    return found[3], path.read_bytes()[start : start + size]


def items(data: bytes) -> list[tuple[str, bytes]]:
    """Return what is in the table of contents, in its order.

    Raises:
        ValueError: the data is not in the form that is known.
    """
    start = _length_of_header(data)
    (count,) = struct.unpack_from("<I", data, start)
    rows = [struct.unpack_from("<II", data, start + 4 + 8 * row) for row in range(count)]
    ends = [*(begin for _, begin in rows[1:]), len(data) - start]
    names = [data[start + place : data.index(b"\0", start + place)].decode() for place, _ in rows]
    if names != sorted(names) or ends != sorted(ends):
        raise ValueError("the table of contents of ICU's data is in no order")
    return [
        (name, data[start + begin : start + end])
        for name, (_, begin), end in zip(names, rows, ends, strict=True)
    ]


def pack(data: bytes, kept: list[tuple[str, bytes]]) -> bytes:
    """Return the header of `data` followed by the items in `kept`, which are in order."""
    names = b"".join(name.encode() + b"\0" for name, _ in kept)
    place = 4 + 8 * len(kept)
    begin = _aligned(place + len(names))
    table = [struct.pack("<I", len(kept))]
    for name, item in kept:
        table.append(struct.pack("<II", place, begin))
        place += len(name) + 1
        begin += _aligned(len(item))
    head = b"".join((*table, names))
    padded = [each.ljust(_aligned(len(each)), b"\0") for each in (head, *(i for _, i in kept))]
    return data[: _length_of_header(data)] + b"".join(padded)


def write_library(path: Path, symbol: str, data: bytes) -> None:
    """Make a shared object of the name of `path` in which `symbol` stands for `data`.

    Raises:
        subprocess.CalledProcessError: binutils can't; it says why.
    """
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        (folder / "data").write_bytes(data)
        text = _ASSEMBLY.format(symbol=symbol, size=len(data), alignment=_ALIGNMENT, data="data")
        (folder / "data.s").write_text(text, "utf-8")
        options = ("-shared", "-soname", path.name, "--strip-all", "--build-id=none")
        for command in (
            ("as", "-o", "data.o", "data.s"),
            ("ld", *options, "-o", "library", "data.o"),
        ):
            subprocess.run(command, cwd=folder, check=True)
        path.write_bytes((folder / "library").read_bytes())


def _length_of_header(data: bytes) -> int:
    length, magic, _, _, is_big_endian, charset, kind = _HEADER.unpack_from(data)
    known = (magic, is_big_endian, charset, kind) == (b"\xda\x27", 0, 0, b"CmnD")
    if not known or length % _ALIGNMENT:
        raise ValueError("ICU's data is not in the form that is known")
    return length


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
