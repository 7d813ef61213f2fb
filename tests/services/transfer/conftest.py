"""An empty profile to put conversations in, and files as other programs export them."""

import json
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.services.backups import Backups
from desktop.services.transfer.importer import Importer, Preview, Report
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.archive import ArchiveRepository
from desktop.storage.repositories.conversations import ConversationRepository

MakeZip = Callable[..., Path]


@pytest.fixture
async def database(own_home: Path) -> AsyncIterator[Database]:
    opened = await Database.open(Paths.resolve(own_home))
    yield opened
    await opened.close()


@pytest.fixture
def archive(database: Database) -> ArchiveRepository:
    return ArchiveRepository(database)


@pytest.fixture
def conversations(database: Database) -> ConversationRepository:
    return ConversationRepository(database)


@pytest.fixture
def backups(database: Database, own_home: Path) -> Backups:
    return Backups(database, Paths.resolve(own_home).backups)


@pytest.fixture
def importer(archive: ArchiveRepository, backups: Backups) -> Importer:
    return Importer(archive, backups)


@pytest.fixture
def make_zip(tmp_path: Path) -> MakeZip:
    def make(records: Any, files: dict[str, bytes] | None = None, name: str = "export.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("user.json", "{}")
            archive.writestr("conversations.json", json.dumps(records))
            for member, content in (files or {}).items():
                archive.writestr(member, content)
        return path

    return make


def ignore(done: int, total: int) -> None:
    pass


async def put_in(importer: Importer, path: Path) -> tuple[Preview, Report]:
    """Import all that a file holds."""
    preview = await importer.preview(path, ignore)
    chosen = {each.id for each in preview.candidates}
    return preview, await importer.run(preview, chosen, ignore, with_extras=True)
