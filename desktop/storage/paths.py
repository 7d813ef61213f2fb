"""Where Parley keeps its files."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop.core.errors import DataNotWritable

_NAME = "parley"


@dataclass(frozen=True)
class Paths:
    """The four directories that everything lives in, private to the user."""

    data: Path
    config: Path
    log: Path
    cache: Path

    @classmethod
    def resolve(cls, home: Path | None) -> "Paths":
        """Choose the directories: `home`, else `$PARLEY_HOME`, else the platform's own."""
        chosen = home or os.environ.get("PARLEY_HOME")
        if chosen:
            root = Path(chosen).expanduser().absolute()
            return cls(root, root / "config", root / "log", root / "cache")
        places = platformdirs.PlatformDirs(_NAME, appauthor=False)
        return cls(
            places.user_data_path,
            places.user_config_path,
            places.user_log_path,
            places.user_cache_path,
        )

    @property
    def database(self) -> Path:
        """The one file that holds everything."""
        return self.data / "parley.db"

    @property
    def backups(self) -> Path:
        """Copies of the database, named by time and reason."""
        return self.data / "backups"

    @property
    def attachments(self) -> Path:
        """Pictures and files of messages, by their content."""
        return self.data / "attachments"

    @property
    def reserve(self) -> Path:
        """Room that is given back when the disk is full."""
        return self.data / "parley.reserve"

    @property
    def session_mark(self) -> Path:
        """What a run leaves behind about how it ended."""
        return self.data / "session.json"

    @property
    def lock_file(self) -> Path:
        """What a running Parley holds locked."""
        return self.data / "parley.lock"

    @property
    def models(self) -> Path:
        """Models that run on this computer."""
        return self.cache / "models"

    @property
    def vectors(self) -> Path:
        """What searches by meaning look through; made anew from the database when it is gone."""
        return self.cache / "vectors"

    @property
    def key_file(self) -> Path:
        """The master key, where the user chose a private file."""
        return self.config / "master.key"

    @property
    def crashes(self) -> Path:
        """Reports of crashes."""
        return self.log / "crashes"

    def create(self) -> None:
        """Make the directories, readable by the user only.

        Raises:
            DataNotWritable: one can't be made or written; says which.
        """
        for directory in (self.data, self.config, self.log, self.cache):
            _create_private(directory)


def _create_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(directory, error.strerror) from error
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        raise _not_writable(directory, "no permission to write there")


def _not_writable(directory: Path, reason: str | None) -> DataNotWritable:
    return DataNotWritable(
        f"Parley can't keep its data in {directory}: {reason or 'the system refused'}.",
        cure="Make that directory writable, or start Parley with --home and another one.",
    )
