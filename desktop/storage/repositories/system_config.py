"""Settings by category and key."""

from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.storage.orm.system_config import SystemConfigRow


class SystemConfigRepository:
    """The `system_config` table, in the transaction of `session`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, category: str, key: str) -> dict[str, Any] | None:
        """Return the value; None where there is none, or none that is a JSON object."""
        row = await self._row(category, key)
        return None if row is None else _object(row.value_json)

    async def put(self, category: str, key: str, value: dict[str, Any]) -> None:
        """Insert or replace the value."""
        row = await self._row(category, key)
        if row is None:
            self._session.add(SystemConfigRow(category=category, key=key, value_json=value))
        else:
            row.value_json = dict(value)
        await self._session.flush()

    async def all(self, category: str) -> dict[str, dict[str, Any]]:
        """Return every value of `category` by its key; what is no JSON object is left out."""
        statement = select(SystemConfigRow).where(SystemConfigRow.category == category)
        rows = await self._session.scalars(statement)
        found = {row.key: _object(row.value_json) for row in rows}
        return {key: value for key, value in found.items() if value is not None}

    async def _row(self, category: str, key: str) -> SystemConfigRow | None:
        statement = select(SystemConfigRow).where(
            SystemConfigRow.category == category, SystemConfigRow.key == key
        )
        return await self._session.scalar(statement)


def _object(value: Any) -> dict[str, Any] | None:
    return dict(cast("dict[str, Any]", value)) if isinstance(value, dict) else None
