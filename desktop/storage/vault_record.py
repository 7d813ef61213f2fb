"""What the database remembers of the vault; nothing in it is secret."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import Text, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.storage.key_place import KeyPlace
from desktop.storage.master_key import wrong_key
from desktop.storage.orm.system_config import SystemConfigRow
from desktop.storage.repositories.system_config import SystemConfigRepository

VAULT_CATEGORY = "vault"
_ROW = (VAULT_CATEGORY, "master")
SEALED_START = "gAAA"  # version byte and the high bytes of the time, in base64


@dataclass(frozen=True, slots=True)
class MasterRecord:
    """Which master key seals: its place, the keyring's backend, the profile, its id.

    `check` is a known value sealed with it; `wrapped` the key itself, sealed with a
    passphrase where that is its place.
    """

    place: KeyPlace
    backend: str
    profile: str
    id: str
    check: str
    wrapped: str = ""


@dataclass(frozen=True, slots=True)
class VaultRecord:
    """The user's choice of a place, and the master key once there is one."""

    place: KeyPlace | None = None
    key: MasterRecord | None = None


async def read_record(session: AsyncSession) -> VaultRecord:
    """Return the record, empty where nothing was chosen or sealed yet.

    Raises:
        MasterKeyWrong: a newer version wrote it.
    """
    value = await SystemConfigRepository(session).get(*_ROW)
    if value is None:
        return VaultRecord()
    try:
        return _parse(value)
    except (KeyError, TypeError, ValueError) as error:
        raise wrong_key() from error


async def write_record(session: AsyncSession, record: VaultRecord) -> None:
    """Replace the record."""
    await SystemConfigRepository(session).put(*_ROW, {"v": 1, **asdict(record)})


async def retire(session: AsyncSession, key: MasterRecord) -> None:
    """Remember a master key that no longer seals, so that it can be found again."""
    await SystemConfigRepository(session).put(VAULT_CATEGORY, f"retired-{key.id}", asdict(key))


async def has_sealed(session: AsyncSession) -> bool:
    """Tell whether any row holds a sealed key."""
    statement = (
        select(SystemConfigRow.id)
        .where(SystemConfigRow.category != _ROW[0])
        .where(SystemConfigRow.value_json.cast(Text).contains(f'"{SEALED_START}', autoescape=True))
        .limit(1)
    )
    return await session.scalar(statement) is not None


def _parse(value: Mapping[str, Any]) -> VaultRecord:
    place, key = value["place"], cast("dict[str, Any] | None", value["key"])
    return VaultRecord(
        None if place is None else KeyPlace(place),
        None if key is None else MasterRecord(**{**key, "place": KeyPlace(key["place"])}),
    )
