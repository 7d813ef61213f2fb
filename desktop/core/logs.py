"""The log: one rotating file on this computer, without keys and without chats."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from desktop.core.errors import DataNotWritable
from desktop.core.redaction import redact

_BYTES = 1_000_000
_FILES = 3
_NOISY = (
    "openai",
    "anthropic",
    "httpx2",
    "httpcore2",
    "keyring",
    "markdown_it",
    "alembic",
    "qasync",
)


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then takes out whatever looks like a key, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without keys."""
        return redact(super().format(record))


@contextmanager
def log_to(directory: Path) -> Generator[Path]:
    """Log warnings of libraries and everything of ours to `directory/parley.log`.

    The SDKs write requests, and so whole chats, at DEBUG: they are kept at WARNING.

    Raises:
        DataNotWritable: the file can't be written.
    """
    path = directory / "parley.log"
    try:
        handler = RotatingFileHandler(path, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8")
    except OSError as error:
        raise DataNotWritable(
            f"The log {path} can't be written: {error.strerror}.",
            cure="Make its folder writable, or choose another with --home.",
        ) from error
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield path
    finally:
        root.removeHandler(handler)
        handler.close()
