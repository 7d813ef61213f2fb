"""Files that are small on disk and without measure when they are read."""

import struct
import zipfile
import zlib
from pathlib import Path

_CLEAR, _FIRST_CODE, _LAST_CODE = 256, 258, 4094


def zeros(size: int) -> bytes:
    """Return `size` zero bytes, a multiple of 2**24, as a zlib stream; made without unpacking."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    count = size >> 24
    check = (size % 65_521) << 16 | 1
    return head + block * count + b"\x03\x00" + check.to_bytes(4, "big")


def lzw(rounds: int) -> bytes:
    """Return `rounds` times 7 MB of spaces, each in 5.4 kB of LZW: every code is one longer."""
    codes = [_CLEAR, ord(" "), *range(_FIRST_CODE, _LAST_CODE)]
    number, filled = 0, 0
    for place, code in enumerate(codes):
        width = 9 if place < 2 else max(9, min(12, (_FIRST_CODE + place - 1).bit_length()))
        number, filled = number << width | code, filled + width
    # In whole bytes, so that rounds can follow each other.
    return (number << -filled % 8).to_bytes((filled + 7) // 8, "big") * rounds


def overlapping_zip(path: Path, name: str, entries: int, size: int) -> Path:
    """Write a zip whose `entries` all are the same `size` packed bytes: Fifield's bomb."""
    packed = zeros(size)[2:-4]
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(packed), size, len(name), 0)
    body = local + name.encode() + packed
    names = [name, *(f"media/{number}.bin" for number in range(1, entries))]
    return _finish(path, body, _directory(names, len(packed), size), entries)


def crowded_zip(path: Path, name: str, entries: int) -> Path:
    """Write a zip with so many empty entries; the first is called `name`."""
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
    names = [name, *(f"{number}" for number in range(1, entries))]
    return _finish(path, local + name.encode(), _directory(names, 0, 0), entries)


def _directory(names: list[str], packed: int, size: int) -> bytes:
    method = 8 if size else 0
    return b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, method, 0, 33, 0, packed, size,
            len(name), 0, 0, 0, 0, 0, 0,
        ) + name.encode()
        for name in names
    )  # fmt: skip


def _finish(path: Path, body: bytes, directory: bytes, entries: int) -> Path:
    start, size = len(body), len(directory)
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, size, start)
    end += struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    end += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(body + directory + end)
    assert zipfile.is_zipfile(path)
    return path
