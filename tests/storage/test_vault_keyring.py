"""The vault over a real Secret Service: gnome-keyring in a D-Bus session of each test's own."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from desktop.storage.master_key import MasterKeys

SCENARIO = Path(__file__).with_name("keyring_scenario.py")
ROOT = Path(__file__).resolve().parents[2]

UNLOCK = "echo -n test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1\n"

# A daemon that stays frozen would outlive its session.
THAW = "\nstatus=$?; [ ! -e ~/frozen ] || kill -CONT $(cat ~/frozen); exit $status"

PLAIN_TEXT = """
from pathlib import Path
from keyring.backend import KeyringBackend

class PlaintextKeyring(KeyringBackend):
    priority = 0.5
    def set_password(self, service, username, password):
        (Path.home() / "plain").write_text(password)
    def get_password(self, service, username):
        return None
    def delete_password(self, service, username):
        pass
"""

pytestmark = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="gnome-keyring and dbus-run-session are not installed",
)


class Session:
    """A user's desktop session; each `run` is a new login of the same user."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(
        self, *steps: str, start: str = UNLOCK, profile: str = "mine", **variables: str
    ) -> list[Any]:
        out = self.bash(start + self.command(*steps, profile=profile), **variables)
        return [json.loads(line) for line in out.splitlines()]

    def command(self, *steps: str, profile: str = "mine") -> str:
        arguments = [sys.executable, str(SCENARIO), str(self.home / profile), *steps]
        return " ".join(f"'{argument}'" for argument in arguments)

    def bash(self, script: str, **variables: str) -> str:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        places = {"HOME": self.home, "XDG_RUNTIME_DIR": self.home, "PYTHONPATH": ROOT}
        result = subprocess.run(
            ["dbus-run-session", "--", "bash", "-c", script + THAW],
            env=kept | {name: str(place) for name, place in places.items()} | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr, result.stderr
        return result.stdout


@pytest.fixture
def session(tmp_path: Path) -> Session:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Session(home)


def test_a_key_is_sealed_and_opens_after_the_next_login(session: Session) -> None:
    new, token, state, where = session.run("state", "seal", "state", "where")
    again = session.run("state", "unseal", "where", "entries")

    assert (new, token[:4], state) == ("new", "gAAA", "ok")
    assert where == "in the system keyring (Secret Service)"
    assert again == ["ok", "sk-of-mine", where, 1]


def test_the_entry_is_small_and_neither_key_is_on_disk(session: Session) -> None:
    _, entry, record = session.run("seal", "entry", "record")
    value = json.loads(entry)

    assert set(value) == {"v", "current", "keys"}
    assert value["current"] == record["id"]
    assert len(entry) < 300
    for path in (session.home / "mine").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"sk-of-mine" not in content, path
        assert value["keys"][value["current"]].encode() not in content, path


def test_a_locked_keyring_changes_nothing_and_later_opens(session: Session) -> None:
    [token] = session.run("seal")
    wrong = UNLOCK.replace("echo -n test", "echo -n wrong")
    for start in (LOCKED, wrong):
        locked = session.run("state", "unseal", "seal", "rotate", "token", start=start)
        assert locked == ["locked", *["KeyringLocked"] * 3, token]
    assert session.run("state", "unseal") == ["ok", "sk-of-mine"]


def test_a_keyring_that_was_never_set_up_is_no_crash(session: Session) -> None:
    assert session.run("seal", "token", start="") == ["KeyringLocked", None]
    assert session.run("seal", "unseal")[1] == "sk-of-mine"


def test_a_deleted_entry_is_never_replaced(session: Session) -> None:
    steps = ("delete_entry", "restart", "state", "unseal", "seal", "entries", "token")
    token, entry, *rest = session.run("seal", "entry", *steps)
    restored = session.run(f"set_entry={entry}", "state", "unseal")

    assert rest == [None, None, "key_gone", "MasterKeyGone", "MasterKeyGone", 0, token]
    assert restored == [None, "ok", "sk-of-mine"]


@pytest.mark.parametrize("wrong", ["", "garbage", '{"v": 1, "curr', MasterKeys.generate().dump()])
def test_a_wrong_entry_is_named_and_left_alone(wrong: str, session: Session) -> None:
    steps = ("restart", "state", "unseal", "seal", "entry", "token")
    token, _, _, *rest = session.run("seal", f"set_entry={wrong}", *steps)

    assert rest == ["key_wrong", "MasterKeyWrong", "MasterKeyWrong", wrong, token]


def test_another_kind_of_keyring_is_not_written_to(session: Session) -> None:
    token, _, _, *rest = session.run(
        "seal", "other_backend", "restart", "state", "unseal", "seal", "entries", "token"
    )

    assert rest == ["backend_changed", "KeyringChanged", "KeyringChanged", 1, token]


def test_two_profiles_of_one_user_have_keys_of_their_own(session: Session) -> None:
    session.run("seal")
    session.run("seal", profile="work")

    assert session.run("unseal", "entries") == ["sk-of-mine", 2]
    assert session.run("unseal", profile="work") == ["sk-of-work"]


def test_two_first_runs_at_once_agree_on_one_key(session: Session) -> None:
    session.run("state")  # makes the database
    one, two = session.command("seal", "entries"), session.command("seal", "entries")
    out = session.bash(f"{UNLOCK}{one} >one & {two} >two & wait; cat one two; rm one two")
    tokens = [json.loads(line) for line in out.splitlines() if "gAAA" in line]

    assert len(tokens) == 2
    assert session.run("state", "unseal", "entries") == ["ok", "sk-of-mine", 1]


def test_a_rotation_leaves_one_new_key_and_moves_out_of_the_keyring_and_back(
    session: Session,
) -> None:
    token, before, _, fresh, after, entries, secret = session.run(
        "seal", "entry", "rotate", "token", "entry", "entries", "unseal"
    )
    steps = ("unseal", "move=private_file", "unseal", "entries", "move=keyring", "unseal", "where")
    moved = session.run(*steps)

    old, new = json.loads(before), json.loads(after)
    assert token != fresh
    assert list(new["keys"]) == [new["current"]] != [old["current"]]
    assert (entries, secret) == (1, "sk-of-mine")
    where = "in the system keyring (Secret Service)"
    assert moved == ["sk-of-mine", None, "sk-of-mine", 0, None, "sk-of-mine", where]
    assert not (session.home / "mine" / "config" / "master.key").exists()


def test_a_rotation_killed_at_any_step_leaves_keys_in_the_keyring_readable(
    session: Session,
) -> None:
    [outcome] = session.run("kill_rotations=10")

    assert outcome["killed"] == 10


def test_a_keyring_in_plain_text_is_never_used(session: Session) -> None:
    """Stand in for keyrings.alt, by which keyring itself would write the key in plain text."""
    package = session.home / "alternative"
    (package / "keyrings" / "alt").mkdir(parents=True)
    (package / "keyrings" / "alt" / "file.py").write_text(PLAIN_TEXT)
    (package / "alternative-1.dist-info").mkdir()
    entry_points = package / "alternative-1.dist-info" / "entry_points.txt"
    entry_points.write_text("[keyring.backends]\nfile = keyrings.alt.file\n")
    (package / "alternative-1.dist-info" / "METADATA").write_text("Name: alternative\nVersion: 1\n")
    start = f"unset DBUS_SESSION_BUS_ADDRESS\nexport PYTHONPATH=$PYTHONPATH:{package}\n"

    plain = session.bash(f"{start}{sys.executable} -m keyring set Parley me <<< canary")
    ours = session.run("state", "seal", "token", start=start)

    assert (session.home / "plain").read_text() == "canary"
    assert plain == ""
    assert ours == ["no_keyring", "NoKeyring", None]


def test_a_frozen_keyring_is_reported_and_neither_loop_nor_exit_waits(session: Session) -> None:
    session.run("seal")
    start = time.monotonic()
    frozen, paused, _, after = session.run(
        "freeze", "unseal", "longest_pause", "thaw", "unseal", DEADLINE="2"
    )[1:]
    ended = session.run("freeze", "unseal", DEADLINE="1")

    assert frozen == "KeyringLocked"
    assert paused < 1.0  # and not the two seconds of the deadline
    assert after == "sk-of-mine"
    assert ended == [None, "KeyringLocked"]
    assert time.monotonic() - start < 30


def test_the_environment_does_not_choose_the_keyring(session: Session) -> None:
    session.run("seal")
    variables = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/none",
        "KEYRING_PROPERTY_SCHEME": "KeePassXC",
    }

    assert session.run("state", "unseal", **variables) == ["ok", "sk-of-mine"]
