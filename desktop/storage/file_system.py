"""Which kind of file system holds the data, as far as it matters to a database."""

import os
import sys
from pathlib import Path

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "9p", "glusterfs", "ceph"}
    | {"fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs", "fuse.s3fs", "davfs"}
    | {"vboxsf", "prl_fs"}
)
_SYNCHRONISED = ("OneDrive", "Dropbox", "Google Drive", "GoogleDrive", "Nextcloud", "ownCloud")
_ICLOUD = ("Mobile Documents", "com~apple~CloudDocs")
_REMOTE_DRIVE = 4  # of GetDriveTypeW
_MOUNTS = Path("/proc/self/mounts")


def is_on_network(directory: Path) -> bool:
    """Tell whether `directory` is on another computer, whose locks can't be relied on."""
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(directory)[0] + "\\"
        return ctypes.windll.kernel32.GetDriveTypeW(drive) == _REMOTE_DRIVE
    return _kind_of(directory) in _NETWORK


def synchroniser_of(directory: Path) -> str | None:
    """Name the service that copies `directory` to other computers; None when there is none."""
    for part in directory.parts:
        if part in _ICLOUD:
            return "iCloud"
        for name in _SYNCHRONISED:
            if part == name or part.startswith(f"{name} "):
                return name
    return None


def _kind_of(directory: Path) -> str:
    best, kind = "", ""
    try:
        mounts = _MOUNTS.read_text("utf-8", "replace")
    except OSError:
        return kind
    for line in mounts.splitlines():
        _device, place, found, *_ = [*line.split(" "), "", ""]
        place = place.replace("\\040", " ")
        if len(place) >= len(best) and directory.is_relative_to(place):
            best, kind = place, found
    return kind
