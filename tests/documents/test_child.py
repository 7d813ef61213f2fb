"""The child that reads files ends in time, and does nothing else."""

import asyncio
from pathlib import Path

import pytest

from desktop.core.bundle import READ_DOCUMENT
from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents import child
from desktop.documents.model import Limits
from desktop.documents.read import read_document
from tests.documents import files


async def fault_of(path: Path, limits: Limits | None = None) -> DocumentFault:
    with pytest.raises(DocumentError) as caught:
        await read_document(path, limits or Limits())
    assert caught.value.message
    return caught.value.fault


async def test_what_is_gone_is_said_to_be(tmp_path: Path) -> None:
    assert await fault_of(tmp_path / "gone.pdf") is DocumentFault.MISSING


async def test_time_and_memory_are_limited(tmp_path: Path) -> None:
    rows: list[list[object]] = [[f"cell {n}"] for n in range(20_000)]
    slow = files.make_sheets(tmp_path / "slow.xlsx", {"S": rows})
    big = tmp_path / "big.txt"
    big.write_bytes(b"word " * 16_000_000)

    assert await fault_of(slow, Limits(seconds=0.2)) is DocumentFault.TIMEOUT
    limits = Limits(memory_bytes=150_000_000, characters=100_000_000)
    assert await fault_of(big, limits) is DocumentFault.MEMORY


async def test_cancelling_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files.make_pdf(tmp_path / "a.pdf", ["Hello"])
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    monkeypatch.setattr(child, "command", lambda: (child.sys.executable, "-c", code))
    task = asyncio.create_task(read_document(path))
    async with asyncio.timeout(20):
        while not (mark.exists() and mark.read_text()):
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not Path(f"/proc/{mark.read_text()}").exists()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('written.txt', 'w')",
    ],
)
def test_a_parser_may_not_connect_start_or_write(code: str, tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        f"import sys; from desktop.documents import child; sys.addaudithook(child._refuse); {code}"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert "PermissionError: A parser may" in run.stderr
    assert not Path("written.txt").exists()


async def test_the_command_itself_is_the_child_in_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = ("-c", "import sys; from desktop.cli import main; sys.exit(main())")
    monkeypatch.setattr(child, "command", lambda: (child.sys.executable, *launcher, READ_DOCUMENT))
    path = files.make_pdf(tmp_path / "a.pdf", ["From the bundle"])

    assert (await read_document(path)).text == "From the bundle\n\n"
