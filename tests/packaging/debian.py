"""A minimal Debian 12 in a directory, where packages are installed and programs run."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

USER, UID = "me", "1000"
HOME = f"/home/{USER}"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


class Debian:
    """Runs commands inside; `root` is the directory on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def inside(self, path: str) -> Path:
        """Return where the absolute `path` inside lies on this machine."""
        return self.root / path.lstrip("/")

    def start(
        self,
        *command: str,
        env: Mapping[str, str] | None = None,
        as_root: bool = False,
        around: Sequence[str] = (),
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command with `env` and little else, as an ordinary user unless told.

        `around` is a command of this machine that starts it, such as `unshare`.
        """
        given = {"PATH": _PATH, "LANG": "C.UTF-8", **(env or {})}
        settings = [f"{name}={value}" for name, value in given.items()]
        userspec = [] if as_root else [f"--userspec={UID}:{UID}"]
        return subprocess.Popen(
            [*around, "chroot", *userspec, str(self.root), "env", "-i", *settings, *command],
            text=True,
            stdout=stdout,
            stderr=stderr,
        )

    def run(
        self,
        *command: str,
        env: Mapping[str, str] | None = None,
        as_root: bool = False,
        around: Sequence[str] = (),
        seconds: float = 300,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and return what it printed, both streams in one."""
        process = self.start(
            *command,
            env={"HOME": HOME} if env is None else env,
            as_root=as_root,
            around=around,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            output, _ = process.communicate(timeout=seconds)
        finally:
            process.kill()
        return subprocess.CompletedProcess(command, process.returncode, output)

    def apt(self, *arguments: str) -> None:
        """Run apt-get, and fail with what it said."""
        done = self.run("apt-get", "-y", "-qq", *arguments, env=_QUIET, as_root=True, seconds=600)
        assert done.returncode == 0, done.stdout


@contextmanager
def debian(directory: Path, cache: Path) -> Generator[Debian]:
    """Make one in `directory` and take it down; the packages of its base are kept in `cache`."""
    base = cache / "debian-12.tar"
    if not base.exists():
        _make_base(base)
    subprocess.run(["tar", "-xf", base, "-C", directory], check=True)
    shutil.copyfile("/etc/resolv.conf", directory / "etc/resolv.conf")
    mounts = {"proc": ["-t", "proc", "proc"], "dev": ["--rbind", "/dev"]}
    mounted: list[Path] = []
    try:
        for place, arguments in mounts.items():
            subprocess.run(["mount", *arguments, directory / place], check=True)
            mounted.append(directory / place)
            # What is unmounted here later must not be unmounted on this machine too.
            subprocess.run(["mount", "--make-rslave", directory / place], check=True)
        made = Debian(directory)
        made.run("useradd", "--create-home", "--uid", UID, USER, env={}, as_root=True)
        made.apt("update")
        yield made
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "--recursive", "--lazy", place], check=True)


def _make_base(base: Path) -> None:
    base.parent.mkdir(parents=True, exist_ok=True)
    unfinished = base.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", "bookworm", str(unfinished)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    part = base.with_suffix(".part")
    subprocess.run(["tar", "-cf", part, "-C", unfinished, "."], check=True)
    shutil.rmtree(unfinished)
    part.replace(base)


def until(claim: Callable[[], object], what: str, *, seconds: float = 120) -> None:
    """Wait until `claim` is true."""
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


def missing_tools() -> str:
    """Return why no Debian can be made here, '' where it can."""
    if os.geteuid() != 0:
        return "a Debian inside a directory needs root"
    tools = [tool for tool in ("debootstrap", "chroot", "mount") if shutil.which(tool) is None]
    return f"{', '.join(tools)} not installed" if tools else ""
