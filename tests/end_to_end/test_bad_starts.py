"""A start that can't succeed says why, in a window, and changes nothing."""

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton

from desktop.app import Parley
from desktop.storage.instance import InstanceLock
from desktop.storage.paths import Paths
from tests.end_to_end.conftest import until

pytestmark = pytest.mark.qt_loop


def fatal_window() -> QDialog | None:
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.objectName() == "fatalWindow":
            return widget if widget.isVisible() else None
    return None


async def start_in_vain(home: Path) -> str:
    """Start Parley, read what the window says instead, and press Quit."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    task = asyncio.create_task(Parley(app, home, demo=False).main())
    await until(fatal_window)
    window = fatal_window()
    assert window is not None
    text = " ".join(label.text() for label in window.findChildren(QLabel))
    button = window.findChild(QPushButton, "fatalQuitButton")
    assert button is not None
    button.click()
    assert await asyncio.wait_for(task, 60) == 1
    window.deleteLater()
    await asyncio.sleep(0)
    return text


def empty(path: Path) -> None:
    path.touch()


def a_text(path: Path) -> None:
    path.write_text("Dear diary, " * 100, "utf-8")


def another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()


@pytest.mark.parametrize("make", [empty, a_text, another_program])
async def test_a_database_that_is_not_ours_is_left_alone(
    own_home: Path, make: Callable[[Path], None]
) -> None:
    own_home.mkdir()
    database = own_home / "parley.db"
    make(database)
    before = database.read_bytes()

    text = await start_in_vain(own_home)

    assert "parley.db" in text
    assert "Traceback" not in text
    assert database.read_bytes() == before


async def test_a_second_instance_says_that_one_is_running(own_home: Path) -> None:
    paths = Paths.resolve(own_home)
    paths.create()
    with InstanceLock(paths):
        text = await start_in_vain(own_home)

    assert "already" in text.lower() or "running" in text.lower()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
async def test_a_read_only_directory(own_home: Path) -> None:
    own_home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(own_home)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine does not let root mount")
    try:
        text = await start_in_vain(own_home)
    finally:
        subprocess.run(["umount", str(own_home)], check=True)

    assert str(own_home) in text
