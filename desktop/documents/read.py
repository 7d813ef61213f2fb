"""Read a file's text in a child process that ends in time, whatever the file does to it."""

import asyncio
import json
import logging
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents import child
from desktop.documents.formats import PLAIN, format_of
from desktop.documents.model import DocumentText, Limits
from desktop.documents.parse import parse

logger = logging.getLogger(__name__)

DEFAULT_LIMITS = Limits()
SMALL_BYTES = 256_000
"""A plain text up to this size is read here, in a thread: it takes less than a millisecond."""


async def read_document(path: Path, limits: Limits = DEFAULT_LIMITS) -> DocumentText:
    """Return the text of the file at `path`; cancelling ends the child.

    Raises:
        DocumentError: it can't be read; says why, in words that speak of "it".
    """
    try:
        if (document := await asyncio.to_thread(_read_small, path, limits)) is not None:
            return document
    except OSError as error:
        raise _not_opened(error) from error
    return await _read_in_child(path, limits)


def _read_small(path: Path, limits: Limits) -> DocumentText | None:
    """Check the file's size and kind; read it where no parser is needed."""
    if not path.is_file():
        raise DocumentError("It is not there any more.", fault=DocumentFault.MISSING)
    size = path.stat().st_size
    if not size:
        raise DocumentError("It is empty (0 bytes).", fault=DocumentFault.EMPTY)
    if size > limits.file_bytes:
        raise DocumentError(
            f"It has {size / 1e6:,.0f} MB; files up to {limits.file_bytes / 1e6:,.0f} MB are read.",
            fault=DocumentFault.TOO_LARGE,
            cure="Split it into parts.",
        )
    is_small = size <= SMALL_BYTES and format_of(path) in PLAIN
    return parse(path, limits) if is_small else None


async def _read_in_child(path: Path, limits: Limits) -> DocumentText:
    process = await asyncio.create_subprocess_exec(
        *child.command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    try:
        async with asyncio.timeout(limits.seconds):
            output, _ = await process.communicate(child.order_line(path, limits))
    except TimeoutError:
        raise DocumentError(
            f"Reading it took longer than {limits.seconds:.0f} seconds.",
            fault=DocumentFault.TIMEOUT,
            cure="It may be damaged, or made to keep a program busy; save it in another format.",
        ) from None
    finally:
        await _kill(process)
    return await asyncio.to_thread(_answer, output, process.returncode)


async def _kill(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()


def _answer(output: bytes, code: int | None) -> DocumentText:
    if code == child.OUT_OF_MEMORY:
        raise DocumentError(
            "Reading it takes more memory than Parley gives to one file.",
            fault=DocumentFault.MEMORY,
            cure="Split it into parts, or save it in another format.",
        )
    if code or not output:
        logger.warning("A document's parser ended with the code %s.", code)
        raise DocumentError(
            "It is damaged, or uses something that Parley's parser does not know.",
            fault=DocumentFault.DAMAGED,
            cure="Save it once more, or in another format.",
        )
    head, _, text = output.partition(b"\n")
    answer = json.loads(head)
    if error := answer.get("error"):
        fault = DocumentFault(error["fault"])
        raise DocumentError(error["message"], fault=fault, cure=error["cure"])
    return DocumentText.read(answer["document"], text.decode("utf-8", "surrogatepass"))


def _not_opened(error: OSError) -> DocumentError:
    return DocumentError(
        f"It can't be opened: {error.strerror or 'the system refused'}.",
        fault=DocumentFault.MISSING,
        cure="Check that it is there and that you may read it.",
    )
