"""The disk image for macOS: the app beside a link to the folder of applications."""

import platform
import shutil
import subprocess
from pathlib import Path

from desktop import __version__
from script.packaging.signing import sign


def build_image(app: Path, target: Path, work: Path) -> None:
    """Sign `app` and pack it into a disk image in the directory `target`.

    Without a command for signing it is sealed without a name: PyInstaller did so too, but before
    the licences were put in.

    Raises:
        subprocess.CalledProcessError: macOS's tools can't; they say why.
    """
    subprocess.run(["codesign", "--force", "--deep", "--sign", "-", app], check=True)
    sign(app)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    shutil.copytree(app, work / app.name, symlinks=True)
    (work / "Applications").symlink_to("/Applications")
    image = target / f"Parley-{__version__}-macos-{platform.machine()}.dmg"
    options = ("-volname", "Parley", "-srcfolder", work, "-format", "UDZO", "-ov")
    subprocess.run(["hdiutil", "create", *options, image], check=True)
    sign(image)
