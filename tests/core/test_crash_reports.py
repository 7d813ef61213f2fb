"""Crashes leave a report, without keys, chats and names; each is shown once."""

import faulthandler
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop.core.crash_reports import MOST_IN_ONE_RUN, MOST_KEPT, CrashReports

KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz"


def raised(message: str) -> Exception:
    secret = {KEY: 1}
    try:
        secret.pop(message)
    except KeyError as error:
        return error
    raise AssertionError(secret)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_report_says_where_it_happened_and_is_handed_out_once(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    with reports.watching():
        reports.keep(raised("gone"))

        text = reports.take_new()
        assert reports.take_new() is None

    assert text is not None
    assert text.startswith("Parley ")
    assert 'test_crash_reports.py", line' in text
    assert "KeyError: 'gone'" in text


def test_keys_and_names_and_long_messages_stay_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("USERPROFILE", "/home/somebody")
    reports = CrashReports(tmp_path)
    with reports.watching():
        reports.keep(raised(f"{KEY} in /home/somebody/chat.txt {'private ' * 100}end"))

    text = reports.take_new() or ""
    assert KEY not in text
    assert "[redacted] in ~/chat.txt" in text
    assert "somebody" not in text
    assert "end" not in text.splitlines()[-1]


def test_of_many_errors_in_one_run_the_first_are_kept(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path)
    with reports.watching():
        for number in range(3 * MOST_IN_ONE_RUN):
            reports.keep(raised(str(number)))

    assert len(files(tmp_path)) == MOST_IN_ONE_RUN


def test_old_reports_are_thinned(tmp_path: Path) -> None:
    for number in range(3 * MOST_KEPT):
        (tmp_path / f"crash-2020{number:02}.txt").write_text("old")
    with CrashReports(tmp_path).watching():
        pass

    assert len(files(tmp_path)) == MOST_KEPT
    assert files(tmp_path)[-1] == f"crash-2020{3 * MOST_KEPT - 1}.txt"


def test_a_crash_of_the_interpreter_is_told_at_the_next_start(tmp_path: Path) -> None:
    code = (
        "import faulthandler, sys\n"
        "from pathlib import Path\n"
        "from desktop.core.crash_reports import CrashReports\n"
        "sys.stderr = sys.stdout = None\n"
        "with CrashReports(Path(sys.argv[1])).watching():\n"
        "    faulthandler._sigsegv()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode < 0

    reports = CrashReports(tmp_path)
    with reports.watching():
        text = reports.take_new()

    assert text is not None
    assert "Segmentation fault" in text
    assert files(tmp_path)[0].startswith("crash-")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_ends_a_thread_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reports = CrashReports(tmp_path)
    before = threading.excepthook
    with reports.watching():
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    assert threading.excepthook is before

    assert "ZeroDivisionError" in (reports.take_new() or "")
    assert caplog.records[-1].levelno == logging.ERROR
    caplog.clear()


def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    was_enabled = faulthandler.is_enabled()
    with CrashReports(tmp_path).watching():
        pass

    assert files(tmp_path) == []
    assert faulthandler.is_enabled() == was_enabled


def test_a_folder_that_can_not_be_made_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    reports = CrashReports(tmp_path / "file" / "crashes")
    with reports.watching():
        reports.keep(raised("lost"))

    assert reports.take_new() is None
