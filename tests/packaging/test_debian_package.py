"""The package in a minimal Debian 12: it installs, works, and goes without taking data along.

All tests here share one Debian, in which what they need is installed bit by bit; the removal is
last (`conftest.py`).
"""

import pytest

from desktop import __version__
from tests.packaging.debian import HOME, Debian, until
from tests.packaging.program import DATABASE, answers, running, screen

pytestmark = pytest.mark.timeout(900)

UNLOCKED = "echo -n secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "


def test_it_installs_with_what_it_needs_and_without_python(installed: Debian) -> None:
    done = installed.run("sh", "-c", "command -v python3 python; parley --version")

    assert done.stdout == f"parley {__version__}\n"


def test_every_part_works(installed: Debian) -> None:
    done = installed.run("parley", "--self-check")

    assert done.returncode == 0, done.stdout
    assert "FAILED" not in done.stdout
    assert "local engine: works" in done.stdout


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
    openers = furnished.inside("/usr/share/applications/mimeinfo.cache").read_text("utf-8")
    assert "application/x-parley+json=parley.desktop;" in openers
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
    source = {"PARLEY_MODEL_SOURCE": model_address}
    database = furnished.inside(DATABASE)
    with (
        screen(furnished) as seen,
        running(furnished, "parley", "--demo", env=seen.env | source) as app,
    ):
        seen.focus("Parley")
        until(database.exists, "the data")
        seen.type("Say hello.")
        seen.press("Return")
        done = [("user", "complete"), ("assistant", "complete")]
        until(lambda: answers(database) == done, "the answer", seconds=240)
        seen.press("ctrl+q")
        until(lambda: app.poll() is not None, "the end")
        assert app.returncode == 0


def test_removal_leaves_the_users_data(furnished: Debian) -> None:
    furnished.apt("purge", "parley")

    assert furnished.run("sh", "-c", "command -v parley").stdout == ""
    assert not furnished.inside("/usr/lib/parley").exists()
    assert len(answers(furnished.inside(DATABASE))) == 2
