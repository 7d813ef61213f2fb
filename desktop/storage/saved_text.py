"""Text that the user saves as a file of their own."""

import asyncio
from pathlib import Path

from desktop.storage.file_errors import file_errors


async def save_text(path: Path, text: str) -> None:
    """Write `text` to a file, in the place of what was there.

    Raises:
        StorageError: the system refused it.
    """
    await asyncio.to_thread(_write, path, text)


def _write(path: Path, text: str) -> None:
    with file_errors(path):
        path.write_text(text, "utf-8", newline="")
