"""Disks that are small, full or read-only, where this machine lets a test mount one."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def _mount(directory: Path, *options: str) -> None:
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(directory)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a file system needs root with CAP_SYS_ADMIN")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of two megabytes."""
    directory = tmp_path / "small"
    directory.mkdir()
    _mount(directory, "size=2m")
    yield directory
    subprocess.run(["umount", "-l", str(directory)], check=True)


@pytest.fixture
def remount_read_only(small_disk: Path) -> Callable[[], None]:
    """Return what makes `small_disk` read-only."""

    def remount() -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    return remount


@pytest.fixture
def read_only_mount(small_disk: Path, remount_read_only: Callable[[], None]) -> Path:
    """Mount a disk that can't be written."""
    remount_read_only()
    return small_disk
