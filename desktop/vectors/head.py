"""The head of an index's files, which vouches for them; read without numpy."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

VERSION = 2

_NAME = "head.json"


class DamagedIndex(Exception):
    """The files contradict each other; they are to be made anew."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the files hold: `live` of `count` rows.

    `check` is a checksum of scales and ids, `rows_check` one of the rows.
    """

    dimension: int
    count: int
    live: int
    last_id: int
    check: int
    rows_check: int
    version: int = VERSION


def read_head(folder: Path) -> Head | None:
    """Return the head in `folder`; None where there is none.

    Raises:
        DamagedIndex: it can't be read.
        OSError: the system refuses.
    """
    try:
        fields = json.loads((folder / _NAME).read_text("utf-8"))
        head = Head(**fields)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise DamagedIndex("the head can't be read") from error
    if not all(isinstance(value, int) for value in asdict(head).values()):
        raise DamagedIndex("the head makes no sense")
    return head


def write_head(folder: Path, head: Head) -> None:
    """Replace the head in `folder`, whole or not at all.

    Raises:
        OSError: the system refuses.
    """
    temporary = folder / f"{_NAME}.new"
    temporary.write_text(json.dumps(asdict(head)), "utf-8")
    temporary.replace(folder / _NAME)


def remove_head(folder: Path) -> None:
    """Let nothing vouch for the files in `folder`.

    Raises:
        OSError: the system refuses.
    """
    (folder / _NAME).unlink(missing_ok=True)


def live_in(folder: Path) -> int:
    """Return how many rows the files in `folder` have; 0 where there is no index to trust."""
    try:
        head = read_head(folder)
    except (DamagedIndex, OSError):
        return 0
    return 0 if head is None else head.live
