"""`parley FILE`: what is in a file of conversations is shown, and put in only when asked."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.cli import main
from desktop.ui.data.import_dialog import ImportDialog
from tests.end_to_end.conftest import RunningApp, until

CONVERSATION = {
    "id": "0193b7a2-1111-7222-8333-444455556666",
    "title": "Leek soup",
    "created_at": "2026-05-04T12:00:00+00:00",
    "updated_at": "2026-05-04T12:00:00+00:00",
    "leaf_id": "0193b7a2-aaaa-7222-8333-444455556666",
    "messages": [
        {
            "id": "0193b7a2-aaaa-7222-8333-444455556666",
            "parent_id": None,
            "role": "user",
            "status": "complete",
            "created_at": "2026-05-04T12:00:00+00:00",
            "parts": [{"type": "text", "text": "How do I make leek soup?"}],
        }
    ],
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A file as File → Export… writes it."""
    path = tmp_path / "Füße und 家" / "all.parley.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"conversations": [CONVERSATION]}), "utf-8")
    return path


def start_again(home: Path, file: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Start Parley a second time, as a file manager does."""
    repository = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "desktop", "--home", str(home), file],
        env=os.environ | {"PYTHONPATH": repository},
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def offered(app: RunningApp, text: str) -> None:
    """Wait until the import is offered, and see that nothing was put in."""
    await until(lambda: app.shows("importButton"))
    button = app.find(QPushButton, "importButton")
    await until(lambda: button.text() == text and button.isEnabled())
    assert app.window.sidebar.list.model().rowCount() == 0


@pytest.mark.qt_loop
async def test_the_file_of_a_start_is_shown_and_not_put_in(app: RunningApp, export: Path) -> None:
    await app.start(file=export)

    await offered(app, "Import 1")

    app.click("importButton")
    await until(lambda: app.find(QLabel, "importProgressText").text().startswith("1 conversation"))
    await until(lambda: app.window.sidebar.list.model().rowCount() > 0)


@pytest.mark.qt_loop
async def test_a_later_start_hands_its_file_to_the_first_window(
    app: RunningApp, own_home: Path, export: Path
) -> None:
    await app.start()
    app.window.showMinimized()

    second = await asyncio.to_thread(start_again, own_home, export.name, export.parent)

    assert second.returncode == 0, second.stderr
    await offered(app, "Import 1")
    assert not app.window.isMinimized()


@pytest.mark.qt_loop
async def test_bad_files_are_told_of_and_the_next_good_one_is_shown(
    app: RunningApp, tmp_path: Path, export: Path
) -> None:
    (tmp_path / "garbage.parley.json").write_bytes(os.urandom(4096))
    (tmp_path / "empty.parley.json").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe.parley.json")
    names = ("gone", "garbage", "empty", "pipe")
    bad = [tmp_path, *(tmp_path / f"{name}.parley.json" for name in names)]
    await app.start(file=bad[0])
    await until(lambda: app.shows("importDialog"))
    dialog = app.find(ImportDialog, "importDialog")
    for path in bad:
        await app.open_file(path)
        await until(lambda path=path: path.name in app.find(QLabel, "settingsPromptMessage").text())
        assert app.shows("dismissErrorButton")

    await app.open_file(export)

    await offered(app, "Import 1")
    assert not app.shows("dismissErrorButton")
    assert dialog.isVisible()


@pytest.mark.qt_loop
async def test_while_one_is_read_another_is_refused(
    app: RunningApp, tmp_path: Path, export: Path
) -> None:
    long = tmp_path / "long.parley.json"
    copies = [CONVERSATION | {"id": str(uuid.UUID(int=number))} for number in range(2000)]
    long.write_text(json.dumps({"conversations": copies}), "utf-8")
    await app.start(file=long)

    await app.open_file(export)

    notices = app.window.findChildren(QLabel, "noticeMessage")
    await until(lambda: any(export.name in each.text() for each in notices))
    await offered(app, "Import 2,000")


@pytest.mark.qt_loop
async def test_what_is_no_request_opens_nothing(app: RunningApp) -> None:
    await app.start()
    for line in (b"\xff\x00\n", b"[]\n", b'{"file": 7}\n', b'{"file": null}\n', b"{" * 100_000):
        await app.call(line)
    assert not app.shows("importDialog")


@pytest.mark.parametrize("given", [["--home", "ask", "--version"], ["--version", "ask.json"]])
def test_a_file_is_no_command(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("parley ")


def test_help_names_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "FILE" in told
    assert "parley ask" in told
