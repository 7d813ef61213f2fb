"""Settings by category and key."""

from contextlib import closing

import pytest
from sqlalchemy import text

from desktop.core.errors import StorageError
from desktop.storage import schema
from desktop.storage.database import Database
from desktop.storage.repositories.system_config import SystemConfigRepository


async def test_a_value_is_put_read_and_replaced(database: Database) -> None:
    async with database.write() as session:
        repository = SystemConfigRepository(session)
        await repository.put("llm", "completions_config", {"model": "a", "endpoint": None})
        await repository.put("llm", "completions_config", {"model": "b"})
        await repository.put("app", "theme", {"name": "dark"})
    async with database.read() as session:
        repository = SystemConfigRepository(session)

        assert await repository.get("llm", "completions_config") == {"model": "b"}
        assert await repository.get("llm", "nothing") is None
        assert await repository.all("llm") == {"completions_config": {"model": "b"}}
        assert await repository.all("nothing") == {}


async def test_what_was_read_can_be_changed_without_changing_the_row(database: Database) -> None:
    async with database.write() as session:
        repository = SystemConfigRepository(session)
        await repository.put("app", "theme", {"name": "dark"})
        value = await repository.get("app", "theme")
        assert value is not None
        value["name"] = "light"
        assert await repository.get("app", "theme") == {"name": "dark"}


async def test_changing_what_was_read_and_putting_it_back_is_stored(database: Database) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "list", {"items": [1]})
    async with database.write() as session:
        repository = SystemConfigRepository(session)
        value = await repository.get("app", "list")
        assert value is not None
        value["items"].append(2)
        await repository.put("app", "list", value)
    async with database.read() as session:
        assert await SystemConfigRepository(session).get("app", "list") == {"items": [1, 2]}


async def test_the_row_has_the_agreed_shape(database: Database) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "theme", {"name": "dark"})
    with closing(schema.connect(database.path)) as connection:
        statement = "SELECT category, key, value_json, length(id) FROM system_config"
        rows = connection.execute(statement).fetchall()

    assert rows == [("app", "theme", '{"name": "dark"}', 32)]


async def test_a_category_and_key_exist_once(database: Database) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "theme", {})
    copy = (
        "INSERT INTO system_config SELECT 'other', category, key, value_json, created_at, updated_at"
        " FROM system_config"
    )

    async def insert_again() -> None:
        async with database.write() as session:
            await session.execute(text(copy))

    with pytest.raises(StorageError):
        await insert_again()
