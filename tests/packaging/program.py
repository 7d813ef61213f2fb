"""The installed program: started, seen on a screen, driven from its keyboard, asked what it stored."""

import signal
import sqlite3
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from desktop.ui.first_window import server_name
from tests.packaging.debian import HOME, Debian, until

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
DATABASE = f"{HOME}/.local/share/parley/parley.db"
SEARCH = ("xdotool", "search", "--onlyvisible", "--name")


@contextmanager
def running(
    debian: Debian,
    *command: str,
    env: Mapping[str, str] | None = None,
    as_root: bool = False,
    around: Sequence[str] = (),
    stdout: int | None = None,
) -> Generator[subprocess.Popen[str]]:
    """Run a program in `debian` for as long as the block takes, then ask it to end."""
    process = debian.start(
        *command, env=env, as_root=as_root, around=around, stdout=stdout, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        finally:
            process.kill()


@contextmanager
def opened(
    debian: Debian,
    env: Mapping[str, str],
    database: str = DATABASE,
    *,
    command: Sequence[str] = ("parley",),
    around: Sequence[str] = (),
) -> Generator[subprocess.Popen[str]]:
    """Start the app without a screen, wait until all is open; end it in good order."""
    place = debian.inside(database)
    # The last thing that it does is to listen for later starts.
    listens = debian.inside(f"/tmp/{server_name(Path(database).parent)}")
    with running(debian, *command, env={**OFFSCREEN, **env}, around=around) as app:
        until(lambda: listens.exists() or app.poll() is not None, database)
        assert app.poll() is None, app.communicate()[1]
        yield app
    assert app.returncode == 0, f"it ended with {app.returncode}"
    assert place.exists()


def rows(database: Path, query: str) -> list[tuple[str, ...]]:
    """Return what the database answers; nothing while it is being made."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []


def answers(database: Path) -> list[tuple[str, ...]]:
    """Return the role and the status of every message that is stored."""
    return rows(database, "SELECT role, status FROM message")


class Screen:
    """A screen inside `debian`, its windows and its keyboard; `env` is what programs need."""

    def __init__(self, debian: Debian, display: str) -> None:
        self._debian = debian
        self.env = {"DISPLAY": display, "HOME": HOME}

    def focus(self, title: str) -> None:
        """Wait for the window whose title matches, and let it have the keyboard."""
        until(lambda: self._windows(title), f"a window called {title}")
        window = self._windows(title)[-1]
        self._debian.run("xdotool", "windowfocus", "--sync", window, env=self.env, seconds=30)

    def shows(self, title: str) -> bool:
        """Tell whether a window's title matches."""
        return bool(self._windows(title))

    def dismiss(self, app: subprocess.Popen[str]) -> None:
        """Close the window that says why the app can't start; before it there may be another."""

        def has_ended() -> bool:
            if window := self._windows("Parley")[-1:]:
                self._debian.run("xdotool", "windowfocus", *window, env=self.env)
                self.press("Escape")
            return app.poll() is not None

        until(has_ended, "the end")

    def type(self, text: str) -> None:
        """Type into what has the keyboard."""
        self._debian.run("xdotool", "type", "--delay", "30", text, env=self.env)

    def _windows(self, title: str) -> list[str]:
        return self._debian.run(*SEARCH, title, env=self.env).stdout.split()

    def press(self, *keys: str) -> None:
        """Press keys one after the other, such as `ctrl+q`."""
        self._debian.run("xdotool", "key", "--delay", "100", *keys, env=self.env)


@contextmanager
def screen(debian: Debian) -> Generator[Screen]:
    """Start one with a number that is free."""
    command = ("Xvfb", "-displayfd", "1", "-noreset", "-screen", "0", "1280x900x24")
    with running(debian, *command, as_root=True, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        yield Screen(debian, f":{server.stdout.readline().strip()}")
