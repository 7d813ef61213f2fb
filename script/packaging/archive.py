"""The portable archive: unpack it anywhere and start `parley` inside."""

import os
import subprocess
import tarfile
from pathlib import Path

from desktop import __version__


def build_archive(bundle: Path, target: Path) -> None:
    """Pack `bundle` into the file `target`.

    The same bundle and SOURCE_DATE_EPOCH give the same bytes.

    Raises:
        subprocess.CalledProcessError: xz can't; it says why.
    """
    changed = int(os.environ["SOURCE_DATE_EPOCH"])

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = changed
        executable = info.isdir() or info.mode & 0o100
        info.mode = 0o755 if executable else 0o644
        return info

    root = f"parley-{__version__}"
    # Always two threads, as one alone would give other bytes.
    command = ["xz", "--threads=2", "--stdout"]
    with (
        target.open("wb") as file,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file) as packer,
        tarfile.open(fileobj=packer.stdin, mode="w|") as tar,
    ):
        tar.add(bundle, root, recursive=False, filter=plain)
        for path in sorted(bundle.rglob("*")):
            name = f"{root}/{path.relative_to(bundle).as_posix()}"
            tar.add(path, name, recursive=False, filter=plain)
    if packer.returncode:
        raise subprocess.CalledProcessError(packer.returncode, command)
