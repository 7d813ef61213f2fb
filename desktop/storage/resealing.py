"""Everything that is sealed, sealed anew with another master key, in one transaction."""

from collections.abc import Callable
from typing import Any, cast

from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.storage.master_key import MasterKeys, wrong_key
from desktop.storage.orm.system_config import SystemConfigRow
from desktop.storage.vault_record import SEALED_START, VAULT_CATEGORY

Change = Callable[[str], str | None]
"""What becomes of a token; None takes it away."""


async def reseal(session: AsyncSession, keys: MasterKeys) -> None:
    """Seal every token with the current one of `keys`; those before it open what is there.

    A token that none of the keys opens stays as it is: its own key may come back.

    Raises:
        MasterKeyWrong: a token does not open afterwards; roll the transaction back.
    """
    opener, sealer = keys.cipher(), keys.alone().cipher()

    def rotated(token: str) -> str:
        try:
            secret = opener.decrypt(token)
        except InvalidToken:
            return token
        fresh = opener.rotate(token).decode("ascii")
        if sealer.decrypt(fresh) != secret:
            raise wrong_key()
        return fresh

    for row in await _sealed_rows(session):
        row.value_json = _mapped(row.value_json, rotated)
    await session.flush()


async def set_aside(session: AsyncSession, name: str) -> None:
    """Move all that is sealed out of use, into rows that are kept for the day its key comes back.

    What else stands in the rows stays; `name` tells apart what is set aside at different times.
    """
    for row in await _sealed_rows(session):
        kept = {"category": row.category, "key": row.key, "value": row.value_json}
        place = f"set-aside-{name}-{row.id.hex}"
        session.add(SystemConfigRow(category=VAULT_CATEGORY, key=place, value_json=kept))
        row.value_json = _mapped(row.value_json, lambda _: None)
    await session.flush()


async def _sealed_rows(session: AsyncSession) -> list[SystemConfigRow]:
    statement = select(SystemConfigRow).where(SystemConfigRow.category != VAULT_CATEGORY)
    rows = await session.scalars(statement)
    return [row for row in rows if _holds_token(row.value_json)]


def _holds_token(value: Any) -> bool:
    found: list[str] = []

    def note(token: str) -> str:
        found.append(token)
        return token

    _mapped(value, note)
    return bool(found)


def _mapped(value: Any, change: Change) -> Any:
    match value:
        case str() if value.startswith(SEALED_START):
            return change(value)
        case dict():
            known = cast("dict[str, Any]", value)
            return {name: _mapped(each, change) for name, each in known.items()}
        case list():
            return [_mapped(each, change) for each in cast("list[Any]", value)]
        case _:
            return value
