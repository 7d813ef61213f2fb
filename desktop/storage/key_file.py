"""The master key in a private file, where the user chose that over a keyring."""

from pathlib import Path

from desktop.storage.atomic import publish, unfinished, write_whole
from desktop.storage.file_errors import file_errors


def read(path: Path) -> str | None:
    """Return what the file holds; None when there is none.

    Raises:
        DataNotWritable: the system refuses to read it.
    """
    with file_errors(path):
        try:
            return path.read_bytes().decode("ascii", "replace")
        except FileNotFoundError:
            return None


def create(path: Path, content: str) -> str:
    """Make the file, readable by the user only, and return what it holds.

    A file that is there already is kept and its content returned: it may be the only key
    that opens something.

    Raises:
        DataNotWritable, DiskFull: it can't be made.
    """
    with file_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with unfinished(path) as temporary:
            temporary.write_text(content, "ascii")
            publish(temporary, path)
    return read(path) or ""


def overwrite(path: Path, content: str) -> None:
    """Replace what the file holds, all of it or nothing.

    Raises:
        DataNotWritable, DiskFull: it can't be written; what it held is still there.
    """
    with file_errors(path):
        write_whole(path, content.encode("ascii"))


def remove(path: Path) -> None:
    """Remove the file, if it is there.

    Raises:
        DataNotWritable: the system refuses.
    """
    with file_errors(path):
        path.unlink(missing_ok=True)
