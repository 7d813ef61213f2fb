"""The installed program wherever it is started: odd homes, no network, foreign settings (P-02, P-04)."""

from pathlib import Path

import psutil
import pytest

from tests.packaging.debian import HOME, Debian, until
from tests.packaging.program import (
    OFFSCREEN,
    opened,
    running,
    screen,
)

pytestmark = pytest.mark.timeout(900)

RUBBISH = "/tmp/rubbish"
FOREIGN = ("LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
OPENER = f"""#!/bin/sh
env >{RUBBISH}/opened
echo "OPENED=$1" >>{RUBBISH}/opened
"""


@pytest.fixture(scope="module")
def rubbish(installed: Debian) -> dict[str, str]:
    """An environment that leads to what is no library and no module of ours."""
    directory = installed.inside(RUBBISH)
    (directory / "platforms").mkdir(parents=True)
    directory.chmod(0o777)
    for name in ("libpython3.11.so.1.0", "libssl.so.3", "libQt6Core.so.6", "platforms/libqxcb.so"):
        (directory / name).write_text("no library")
    for name in ("sitecustomize.py", "json.py", "desktop.py"):
        (directory / name).write_text("raise SystemExit('taken from PYTHONPATH')")
    return {"HOME": HOME, **dict.fromkeys(FOREIGN, RUBBISH)}


@pytest.mark.parametrize("place", ["My Höme 家", "deep/" + "x" * 180, "not/there/yet"])
def test_homes_of_all_kinds(place: str, installed: Debian) -> None:
    home = f"{HOME}/{place}"
    if "there" not in place:
        installed.run("mkdir", "-p", home)

    with opened(installed, {"HOME": home}, f"{home}/.local/share/parley/parley.db"):
        pass


def test_a_home_that_can_not_be_made_is_told_of(furnished: Debian) -> None:
    with screen(furnished) as seen:
        env = seen.env | {"HOME": "/nonexistent"}
        with running(furnished, "parley", env=env) as app:
            seen.dismiss(app)
            assert app.returncode == 1
            assert app.communicate()[1] == ""


def test_no_home_and_no_network(installed: Debian) -> None:
    with opened(installed, {}, around=["unshare", "--net"]):
        pass


def test_no_terminal(installed: Debian) -> None:
    home = f"{HOME}/quiet"
    installed.run("mkdir", home)
    closed = 'exec parley "$@" <&- >&- 2>&-'
    database = f"{home}/.local/share/parley/parley.db"

    with opened(installed, {"HOME": home}, database, command=("sh", "-c", closed)):
        pass


def test_every_part_works_whatever_other_programs_set_up(
    installed: Debian, rubbish: dict[str, str]
) -> None:
    done = installed.run("parley", "--self-check", env=rubbish)

    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout


def test_what_it_starts_gets_what_the_user_had(
    furnished: Debian, rubbish: dict[str, str], model_address: str
) -> None:
    """The engine, which the demo starts by itself, and the file manager that a folder opens."""
    home = f"{HOME}/children"
    furnished.run("mkdir", home)
    _crash(furnished, home)
    opener = furnished.inside("/usr/local/bin/xdg-open")
    opener.write_text(OPENER)
    opener.chmod(0o755)
    told = furnished.inside(f"{RUBBISH}/opened")
    with screen(furnished) as seen:
        env = {**rubbish, **seen.env, "HOME": home, "PARLEY_MODEL_SOURCE": model_address}
        with running(furnished, "parley", "--demo", env=env) as app:
            seen.focus("Something went wrong last time")
            seen.press("Tab", "space")
            until(lambda: told.exists() and "OPENED=" in told.read_text(), "the folder")
            until(lambda: _engine(app.pid), "the engine", seconds=240)
            engine = _engine(app.pid)
            assert engine["LD_LIBRARY_PATH_ORIG"] == RUBBISH
        assert app.returncode == 0
    opened_with = dict(line.split("=", 1) for line in told.read_text().splitlines() if "=" in line)
    assert opened_with["OPENED"].endswith("/log/crashes")
    assert opened_with["LD_LIBRARY_PATH"] == RUBBISH
    ours = [name for name, value in opened_with.items() if "/usr/lib/parley" in value]
    assert all(name.startswith("_PYI_") for name in ours), ours


def _crash(debian: Debian, home: str) -> None:
    """Make the program end as a crash does; what it leaves is told of at the next start."""
    data = f"{home}/.local/share/parley/parley.db"
    with running(debian, "parley", env={**OFFSCREEN, "HOME": home}) as app:
        until(debian.inside(data).exists, "the data")
        psutil.Process(app.pid).send_signal(11)
        until(lambda: app.poll() is not None, "the crash")


def _engine(parent: int) -> dict[str, str]:
    """Return the environment of the child that serves the model; empty while there is none."""
    for child in psutil.Process(parent).children(recursive=True):
        if "--serve-model" in child.cmdline():
            words = Path(f"/proc/{child.pid}/environ").read_text().split("\0")
            return dict(word.split("=", 1) for word in words if "=" in word)
    return {}
