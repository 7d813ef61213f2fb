"""What the user has decided about search by meaning, in the settings' table."""

from dataclasses import asdict, dataclass
from typing import Any

from desktop.services.meaning.state import Speed
from desktop.storage.database import Database
from desktop.storage.repositories.system_config import SystemConfigRepository

_CATEGORY, _KEY = "meaning", "choices"


@dataclass(frozen=True, slots=True)
class Choices:
    """`agreed` is the host and model that texts may be sent to, '' for none."""

    agreed: str = ""
    history: bool = True
    paused: bool = False
    speed: Speed = Speed.FULL


class ChoicesStore:
    """Reads and writes the choices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self) -> Choices:
        """Return what was decided; what is missing or odd is undecided.

        Raises:
            StorageError: the database can't be read.
        """
        async with self._database.read() as session:
            value = await SystemConfigRepository(session).get(_CATEGORY, _KEY)
        return _choices(value or {})

    async def put(self, choices: Choices) -> None:
        """Keep a decision.

        Raises:
            StorageError: the database can't be written.
        """
        async with self._database.write() as session:
            await SystemConfigRepository(session).put(_CATEGORY, _KEY, asdict(choices))


def _choices(value: dict[str, Any]) -> Choices:
    speed = value.get("speed")
    return Choices(
        agreed=str(value.get("agreed") or ""),
        history=value.get("history") is not False,
        paused=value.get("paused") is True,
        speed=Speed(speed) if speed in set(Speed) else Speed.FULL,
    )


def agreement(host: str, model: str) -> str:
    """Return how a host and a model are agreed to."""
    return f"{host} {model}"
