"""Text that is saved as a file."""

from pathlib import Path

import pytest

from desktop.core.errors import StorageError
from desktop.storage.saved_text import save_text


async def test_text_is_written_as_it_is_in_the_place_of_what_was_there(tmp_path: Path):
    path = tmp_path / "code.py"
    path.write_text("old and longer than the new", "utf-8")

    await save_text(path, "x = 'ü'\r\n")

    assert path.read_bytes() == "x = 'ü'\r\n".encode()


async def test_what_the_system_refuses_is_said(tmp_path: Path):
    with pytest.raises(StorageError, match="directory"):
        await save_text(tmp_path, "text")
