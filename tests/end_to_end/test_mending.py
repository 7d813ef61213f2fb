"""A damaged database in the running app: said, mended in one step, nothing thrown away."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.composition import health
from desktop.storage.backup import back_up
from desktop.storage.paths import Paths
from desktop.ui.dialogs import FatalWindow
from desktop.ui.first_window import call_first_window
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.test_data import seed
from tests.storage.test_recovery import pages_of, spoil_pages


def fatal_windows() -> list[FatalWindow]:
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, FatalWindow)]
    return [window for window in shown if window.isVisible()]


def press(name: str) -> None:
    [window] = fatal_windows()
    button = window.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def notice(app: RunningApp) -> str:
    return app.find(QLabel, "noticeMessage").text() if app.shows("noticeBar") else ""


@pytest.mark.qt_loop
async def test_d07_an_emptied_file_is_replaced_by_the_newest_copy(
    app: RunningApp, own_home: Path
) -> None:
    paths = Paths.resolve(own_home)
    await seed(own_home, "Soup")
    back_up(paths.database, paths.backups, "daily")
    paths.database.write_bytes(b"")

    starting = asyncio.create_task(app.start())
    await until(fatal_windows)
    press("fatalRepairButton")
    await starting

    await until(lambda: app.window.sidebar.list.model().rowCount() > 0)
    assert notice(app).startswith("Your data was mended: it is the copy of")
    [aside] = (paths.data / "quarantine").rglob("parley.db")
    assert aside.read_bytes() == b""


@pytest.mark.qt_loop
async def test_damage_that_shows_while_it_runs_is_mended_on_the_spot(
    app: RunningApp,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(health, "CHECK_AFTER_SECONDS", 0)
    paths = Paths.resolve(own_home)
    await seed(own_home, "Soup", "Which soup? " * 5000)
    back_up(paths.database, paths.backups, "daily")
    spoil_pages(paths.database, pages_of(paths.database, "message", "overflow")[0])

    await app.start()
    await until(lambda: notice(app) == "The file with your conversations is damaged.")
    first = app.window
    app.click("noticeButton")
    await until(fatal_windows)
    press("fatalRepairButton")
    await until(lambda: app.window is not first)
    await until(lambda: notice(app).startswith("Your data was mended"))
    caplog.clear()


@pytest.mark.qt_loop
async def test_d10_a_second_start_shows_the_first_window(app: RunningApp, own_home: Path) -> None:
    await seed(own_home, "Soup")
    await app.start()
    app.window.showMinimized()

    command = [sys.executable, "-m", "desktop", "--home", str(own_home)]
    second = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=60)

    assert second.returncode == 0, second.stderr
    await until(lambda: not app.window.isMinimized())


def test_without_a_first_window_nobody_answers(own_home: Path, qapp: QApplication) -> None:
    assert not call_first_window(own_home)
