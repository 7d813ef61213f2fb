"""The package in a minimal Debian 12: it installs, works, and goes without taking data along.

The tests build on each other in this order: what they need is installed bit by bit.
"""

import signal
import sqlite3
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop import __version__
from tests.packaging.debian import HOME, Debian, until

pytestmark = pytest.mark.timeout(900)

DATABASE = f"{HOME}/.local/share/parley/parley.db"
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
UNLOCKED = "echo -n secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "


@contextmanager
def running(
    debian: Debian,
    *command: str,
    env: Mapping[str, str] | None = None,
    as_root: bool = False,
    around: Sequence[str] = (),
) -> Generator[subprocess.Popen[str]]:
    """Run a program in `debian` for as long as the block takes, then ask it to end."""
    process = debian.start(
        *command, env=env, as_root=as_root, around=around, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        finally:
            process.kill()


def answers(database: Path) -> list[tuple[str, str]]:
    """Return the role and the status of every message that is stored."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute("SELECT role, status FROM message").fetchall()
        except sqlite3.OperationalError:  # it is just being made
            return []


def opens(
    debian: Debian, env: Mapping[str, str], database: str, *, around: Sequence[str] = ()
) -> None:
    """Start the app in `env`, wait until its data is there, and end it in good order."""
    place = debian.inside(database)
    with running(debian, "parley", env={**OFFSCREEN, **env}, around=around) as app:
        until(lambda: place.exists() or app.poll() is not None, f"{database}")
        assert app.poll() is None, app.communicate()[1]
    assert app.returncode == 0
    assert place.exists()


def test_it_installs_with_what_it_needs_and_without_python(installed: Debian) -> None:
    done = installed.run("sh", "-c", "command -v python3 python; parley --version")

    assert done.stdout == f"parley {__version__}\n"


def test_every_part_works(installed: Debian) -> None:
    done = installed.run("parley", "--self-check")

    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    assert "local engine: works" in done.stdout


@pytest.mark.parametrize("place", ["My Höme 家", "deep/" + "x" * 180])
def test_homes_of_all_kinds(place: str, installed: Debian) -> None:
    home = f"{HOME}/{place}"
    installed.run("mkdir", "-p", home)

    opens(installed, {"HOME": home}, f"{home}/.local/share/parley/parley.db")


def test_no_home_and_no_network(installed: Debian) -> None:
    opens(installed, {}, DATABASE, around=["unshare", "--net"])
    installed.inside(DATABASE).unlink()


def test_no_terminal(installed: Debian) -> None:
    home = f"{HOME}/quiet"
    installed.run("mkdir", home)
    closed = 'exec parley "$@" <&- >&- 2>&-'
    database = f"{home}/.local/share/parley/parley.db"

    with running(installed, "sh", "-c", closed, env={**OFFSCREEN, "HOME": home}) as app:
        until(installed.inside(database).exists, "the data")
    assert app.returncode == 0


def test_what_other_programs_set_up_does_no_harm(installed: Debian) -> None:
    rubbish = installed.inside("/tmp/rubbish")
    (rubbish / "platforms").mkdir(parents=True)
    for name in ("libpython3.11.so.1.0", "libssl.so.3", "libQt6Core.so.6", "platforms/libqxcb.so"):
        (rubbish / name).write_text("no library")
    for name in ("sitecustomize.py", "json.py", "desktop.py"):
        (rubbish / name).write_text("raise SystemExit('taken from PYTHONPATH')")
    names = ("LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")

    done = installed.run(
        "parley", "--self-check", env={"HOME": HOME, **dict.fromkeys(names, "/tmp/rubbish")}
    )

    assert done.returncode == 0, done.stdout


def test_menu_entry_icon_and_file_type(furnished: Debian) -> None:
    entry = "/usr/share/applications/parley.desktop"
    description = "/usr/share/metainfo/parley.metainfo.xml"

    for command in (
        ["desktop-file-validate", entry],
        ["appstreamcli", "validate", "--no-net", description],
    ):
        done = furnished.run(*command)
        assert done.returncode == 0, done.stdout
    types = furnished.inside("/usr/share/mime/globs2").read_text("utf-8")
    assert "application/x-parley+json:*.parley.json" in types
    assert furnished.inside("/usr/share/icons/hicolor/256x256/apps/parley.png").exists()


def test_licences_come_with_it(installed: Debian) -> None:
    licences = installed.inside("/usr/lib/parley/licences")

    index = (licences / "index.txt").read_text("utf-8")
    for name in ("PySide6_Essentials", "Qt", "openai", "xllamacpp", "Inter", "lucide"):
        assert f"\n{name} " in index or f"\n{name}:" in index
        assert list((licences / name).iterdir())


def test_a_key_makes_the_round_trip_through_the_keyring(furnished: Debian) -> None:
    home = f"{HOME}/keys"
    furnished.run("mkdir", home)

    done = furnished.run(
        *("dbus-run-session", "--", "sh", "-c", UNLOCKED + "parley --self-check"),
        env={"HOME": home},
    )

    assert done.returncode == 0, done.stdout
    assert "Secret Service keeps and gives back" in done.stdout


def test_the_window_opens_and_the_local_model_answers(
    furnished: Debian, model_address: str
) -> None:
    display = {"DISPLAY": ":77", "HOME": HOME}
    database = furnished.inside(DATABASE)
    source = {"PARLEY_MODEL_SOURCE": model_address}
    with (
        running(furnished, "Xvfb", ":77", "-noreset", "-screen", "0", "1280x900x24", as_root=True),
        running(furnished, "parley", "--demo", env=display | source) as app,
    ):
        search = ("xdotool", "search", "--sync", "--onlyvisible", "--name", "Parley")
        window = furnished.run(*search, env=display).stdout.split()[0]
        until(database.exists, "the data")
        furnished.run("xdotool", "windowfocus", "--sync", window, env=display)
        furnished.run("xdotool", "type", "--delay", "30", "Say hello.", env=display)
        furnished.run("xdotool", "key", "Return", env=display)
        done = [("user", "complete"), ("assistant", "complete")]
        until(lambda: answers(database) == done, "the answer", seconds=240)
        furnished.run("xdotool", "key", "ctrl+q", env=display)
        until(lambda: app.poll() is not None, "the end")
        assert app.returncode == 0


def test_removal_leaves_the_users_data(furnished: Debian) -> None:
    furnished.apt("purge", "parley")

    assert furnished.run("sh", "-c", "command -v parley").stdout == ""
    assert not furnished.inside("/usr/lib/parley").exists()
    assert len(answers(furnished.inside(DATABASE))) == 2
