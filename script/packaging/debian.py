"""The Debian package: a folder in /usr/lib, a command, a menu entry; nothing runs as root."""

import gzip
import os
import shutil
import subprocess
from pathlib import Path

from desktop import __version__
from script.packaging.libraries import oldest_glibc, system_packages

ROOT = Path(__file__).resolve().parents[2]
_RESOURCES = ROOT / "resources"
_KILOBYTE = 1024

_CONTROL = """\
Package: parley
Version: {version}
Section: net
Priority: optional
Architecture: {architecture}
Maintainer: The Parley developers <parley@localhost>
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: gnome-keyring | kwalletmanager | keepassxc, xdg-utils, fonts-noto-color-emoji
Description: desktop client for large language models
 Talks to OpenAI, Anthropic, any OpenAI-compatible server, or a small model that
 runs on this computer without a key. Conversations stay in one file of yours,
 keys stay sealed, and nothing is sent anywhere but to the provider you chose.
"""

_COPYRIGHT = """\
Parley, a desktop client for large language models.

{licence}
The parts that Parley is built from have licences of their own; all of them are in
/usr/lib/parley/licences, and index.txt there names them.
"""


def build_package(bundle: Path, target: Path, work: Path) -> None:
    """Pack `bundle` into the file `target`; `work` is a directory to use up.

    The same bundle and SOURCE_DATE_EPOCH give the same bytes.

    Raises:
        subprocess.CalledProcessError: dpkg-deb can't; it says why.
        ValueError: the bundle needs a library that nobody brings.
    """
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(bundle, work / "usr/lib/parley", symlinks=True)
    _link_command(work)
    _add_resources(work)
    _add_documents(work)
    _add_control(work, bundle)
    _set_modes(work)
    _set_times(work)
    # One thread, as the number of threads changes the bytes.
    options = ("--root-owner-group", "-Zxz", "--threads-max=1")
    subprocess.run(["dpkg-deb", *options, "--build", work, target], check=True)


def architecture() -> str:
    """Return what Debian calls this processor, such as amd64."""
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _link_command(root: Path) -> None:
    command = root / "usr/bin/parley"
    command.parent.mkdir(parents=True)
    command.symlink_to("../lib/parley/parley")


def _add_resources(root: Path) -> None:
    icons = "usr/share/icons/hicolor"
    places = {
        "parley.desktop": "usr/share/applications/parley.desktop",
        "packaging/parley.metainfo.xml": "usr/share/metainfo/parley.metainfo.xml",
        "packaging/parley-mime.xml": "usr/share/mime/packages/parley.xml",
        "icons/parley.svg": f"{icons}/scalable/apps/parley.svg",
        "icons/parley-256.png": f"{icons}/256x256/apps/parley.png",
        "icons/parley-512.png": f"{icons}/512x512/apps/parley.png",
    }
    for source, place in places.items():
        target = root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_RESOURCES / source, target)


def _add_documents(root: Path) -> None:
    folder = root / "usr/share/doc/parley"
    folder.mkdir(parents=True)
    licence = (ROOT / "LICENSE").read_text("utf-8")
    (folder / "copyright").write_text(_COPYRIGHT.format(licence=licence), "utf-8")
    changes = gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), mtime=0)
    (folder / "changelog.gz").write_bytes(changes)


def _add_control(root: Path, bundle: Path) -> None:
    depends = [f"libc6 (>= {oldest_glibc(bundle)})", *system_packages(bundle), "ca-certificates"]
    control = root / "DEBIAN/control"
    control.parent.mkdir()
    control.write_text(
        _CONTROL.format(
            version=__version__,
            architecture=architecture(),
            kilobytes=_installed_kilobytes(root),
            depends=", ".join(depends),
        ),
        "utf-8",
    )


def _installed_kilobytes(root: Path) -> int:
    """Return the size in KiB, each file rounded up, as Debian Policy 5.6.20 has it."""
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    return sum(-(-path.stat().st_size // _KILOBYTE) for path in files)


def _set_times(root: Path) -> None:
    """Give everything the time of the build: dpkg-deb does it only for what is newer."""
    time = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in (root, *root.rglob("*")):
        os.utime(path, (time, time), follow_symlinks=False)


def _set_modes(root: Path) -> None:
    """Give what is executable 0755 and all else 0644, whatever the umask was."""
    for path in (root, *root.rglob("*")):
        if path.is_symlink():
            continue
        executable = path.is_dir() or os.access(path, os.X_OK)
        path.chmod(0o755 if executable else 0o644)
