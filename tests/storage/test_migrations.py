"""The schema's history: it leads to the tables of the code, in one step or not at all."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, Uuid, create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from desktop.core.errors import StorageError
from desktop.storage import schema
from desktop.storage.backup import backups
from desktop.storage.database import Database
from desktop.storage.orm import Base
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository

HEAD = schema.HEAD
AFTER = f"{int(HEAD) + 1:04}"
NEXT = f"""
from alembic import op
import sqlalchemy as sa

revision = "{AFTER}"
down_revision = "{HEAD}"


def upgrade():
    op.add_column("conversation", sa.Column("colour", sa.Text()))
    {{then}}
"""


def _of_the_tables(thing: object, name: str | None, kind: str, *_: object) -> bool:
    return not (kind in {"table", "index"} and str(name).startswith(("search_", "ix_search_")))


def test_the_known_revisions_are_those_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema._MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)

    history = [script.revision for script in scripts.walk_revisions()]

    assert tuple(reversed(history)) == schema.REVISIONS
    assert scripts.get_current_head() == schema.HEAD


async def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    engine = create_engine(f"sqlite:///{database.path}")
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": _of_the_tables}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_the_tables_can_be_made_on_postgresql(table: Table) -> None:
    statement = str(CreateTable(table).compile(dialect=postgresql.dialect()))

    kinds = {str(column.type) for column in table.columns}
    assert ("id UUID NOT NULL" in statement) == (isinstance(table.columns[0].type, Uuid))
    assert "CHAR(32)" not in statement
    assert ("TIMESTAMP WITH TIME ZONE" in statement) == ("DATETIME" in kinds)
    assert ("JSONB" in statement) == ("JSON" in kinds)


def test_opening_at_head_loads_no_alembic(paths: Paths) -> None:
    paths.create()
    schema.create(paths.database)
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from desktop.storage.database import Database; from desktop.storage.paths import Paths\n"
        "async def main():\n"
        "    await (await Database.open(Paths.resolve(Path(sys.argv[1])))).close()\n"
        "asyncio.run(main()); print('alembic' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(paths.data)], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == "False"


def test_the_scripts_are_found_wherever_the_package_lies(tmp_path: Path) -> None:
    """As in a wheel or a bundle: the package elsewhere, in a path with odd characters."""
    package = tmp_path / "50% größer" / "desktop"
    shutil.copytree(Path(schema.__file__).parents[1], package)
    code = (
        "import sys; from pathlib import Path; from desktop.storage import schema\n"
        "path = Path(sys.argv[1]); schema.create(path); print(schema.revision_of(path))\n"
        "print(schema.__file__)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "made.db")]
    result = subprocess.run(command, cwd=package.parent, capture_output=True, text=True, check=True)

    assert result.stdout.split("\n")[0] == schema.HEAD
    assert str(package) in result.stdout


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend to be the version after this one; return the path of its migration."""
    migrations = tmp_path / "migrations"
    shutil.copytree(schema._MIGRATIONS, migrations)
    script = migrations / "versions" / f"{AFTER}_next.py"
    script.write_text(NEXT.format(then=""))
    monkeypatch.setattr(schema, "_MIGRATIONS", migrations)
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, AFTER))
    monkeypatch.setattr(schema, "HEAD", AFTER)
    return script


async def test_an_older_database_is_copied_and_brought_up_to_date(
    paths: Paths, database: Database, next_version: Path
) -> None:
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "kept", {"value": 1})
    await database.close()

    again = await Database.open(paths)
    async with again.read() as session:
        kept = await SystemConfigRepository(session).get("app", "kept")
    await again.close()

    assert kept == {"value": 1}
    assert schema.revision_of(paths.database) == AFTER
    [copy] = backups(paths.backups)
    assert "before-upgrade" in copy.path.name
    assert schema.revision_of(copy.path) == HEAD


async def test_an_upgrade_that_fails_half_way_changes_nothing(
    paths: Paths, database: Database, next_version: Path
) -> None:
    await database.close()
    next_version.write_text(NEXT.format(then='op.execute("INSERT INTO nowhere VALUES (1)")'))

    with pytest.raises(StorageError, match="refused"):
        await Database.open(paths)

    with closing(sqlite3.connect(paths.database)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(conversation)")]
        version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert "colour" not in columns
    assert version == [(HEAD,)]
    assert len(backups(paths.backups)) == 1


async def test_no_upgrade_without_a_copy(
    paths: Paths, database: Database, next_version: Path
) -> None:
    await database.close()
    paths.backups.write_text("a file where the copies should go")

    with pytest.raises(StorageError, match="could not be copied"):
        await Database.open(paths)

    with closing(sqlite3.connect(paths.database)) as connection:
        version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert version == [(HEAD,)]
