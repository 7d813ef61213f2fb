"""Pictures and files of messages: each kept once, under the SHA-256 of its bytes."""

import os
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import time

from desktop.core.content import ContentPart, DocumentPart, ImagePart, StoredBytes, TextPart
from desktop.storage import schema
from desktop.storage.atomic import publish, unfinished
from desktop.storage.backup import backups
from desktop.storage.errors import database_errors
from desktop.storage.file_errors import file_errors
from desktop.storage.paths import Paths

FilePart = ImagePart | DocumentPart

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SPARE_SECONDS = 24 * 3600
"""How long a file stays that nothing refers to: it may just be added, or be undone."""

# A record that is no JSON must not hide the others: what is not named here is removed.
_REFERRED = (
    """SELECT DISTINCT json_extract(part.value, '$.digest')
    FROM message, json_each(iif(json_valid(parts), parts, '[]')) AS part
    WHERE parts IS NOT NULL AND part.type = 'object'""",
    """SELECT DISTINCT json_extract(file.value, '$.part.digest')
    FROM conversation, json_each(iif(json_valid(draft_files), draft_files, '[]')) AS file
    WHERE draft_files != '[]' AND file.type = 'object'""",
    """SELECT DISTINCT json_extract(file.value, '$.part.digest')
    FROM system_config AS setting,
        json_each(iif(json_valid(value_json), value_json, '{}'), '$.files') AS file
    WHERE category = 'draft' AND setting.key = 'files' AND file.type = 'object'""",
)


class AttachmentFiles:
    """The files in the directory `attachments` beside the database."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, data: bytes) -> StoredBytes:
        """Store bytes, once however often they come.

        Raises:
            DataNotWritable, DiskFull: they can't be written.
        """
        digest = sha256(data).hexdigest()
        path = self.path_of(digest)
        with file_errors(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                path.touch()  # it is wanted again
            else:
                with unfinished(path) as temporary:
                    temporary.write_bytes(data)
                    publish(temporary, path)
        return StoredBytes(path, digest, len(data))

    def kept(self, parts: Iterable[ContentPart]) -> tuple[ContentPart, ...]:
        """Return the parts with their bytes stored.

        Raises:
            DataNotWritable, DiskFull: they can't be written.
        """
        return tuple(part if isinstance(part, TextPart) else self.kept_part(part) for part in parts)

    def kept_part(self, part: FilePart) -> FilePart:
        """Return a part with its bytes stored.

        Raises:
            DataNotWritable, DiskFull: they can't be written.
        """
        content = part.content
        return replace(part, content=self.keep(content) if isinstance(content, bytes) else content)

    def want(self, digests: Iterable[str]) -> None:
        """Let files stay for a while that no message refers to any more: it may be put back."""
        for digest in digests:
            path = self.stored(digest, 0).path
            with suppress(OSError):  # gone already, or on a disk that can't be written
                os.utime(path)

    def stored(self, digest: str, size: int) -> StoredBytes:
        """Return what a row names; a name that is no digest leads nowhere."""
        known = digest if _DIGEST.fullmatch(digest) else sha256(digest.encode()).hexdigest()
        return StoredBytes(self.path_of(known), known, size)

    def path_of(self, digest: str) -> Path:
        """Return where the bytes with this digest are."""
        return self._directory / digest[:2] / digest

    def found(self) -> list[Path]:
        """Return all files that are there."""
        if not self._directory.is_dir():
            return []
        files = self._directory.glob("??/*")
        return [path for path in files if _DIGEST.fullmatch(path.name)]

    def unfinished(self) -> list[Path]:
        """Return what is being stored now, or was when a crash came."""
        return list(self._directory.glob("??/.*.new"))


def sweep(paths: Paths) -> int:
    """Remove the files that no message and no draft refers to, here or in a copy; return how many.

    Raises:
        StorageError: what is referred to can't be read; nothing was removed.
    """
    oldest = time() - _SPARE_SECONDS
    attachments = AttachmentFiles(paths.attachments)
    spare = {path.name: path for path in attachments.found() if _is_older(path, oldest)}
    for database in (paths.database, *(backup.path for backup in backups(paths.backups))):
        if not spare:
            break
        for digest in _referred(database):
            spare.pop(digest, None)
    with file_errors(paths.attachments):
        for left in attachments.unfinished():
            if _is_older(left, oldest):
                left.unlink(missing_ok=True)
        # Once more: meanwhile one of them may have been wanted again.
        gone = [path for path in spare.values() if _is_older(path, oldest)]
        for path in gone:
            path.unlink(missing_ok=True)
    return len(gone)


def _is_older(path: Path, moment: float) -> bool:
    return path.stat().st_mtime < moment


def _referred(database: Path) -> set[str]:
    with database_errors(database), closing(schema.connect(database)) as connection:
        return {digest for query in _REFERRED for digest in _found(connection, query)}


def _found(connection: sqlite3.Connection, query: str) -> list[str]:
    try:
        return [str(digest) for (digest,) in connection.execute(query) if digest]
    except sqlite3.OperationalError as error:
        if str(error).startswith("no such column"):  # a copy from before it was there
            return []
        raise
