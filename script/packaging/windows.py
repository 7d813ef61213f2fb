"""The installer for Windows, made by Inno Setup."""

import os
import shutil
import subprocess
from pathlib import Path

from desktop import __version__
from script.packaging.signing import sign

_DEFINITION = Path(__file__).resolve().parents[2] / "resources" / "packaging" / "parley.iss"


def build_installer(bundle: Path, target: Path) -> None:
    """Sign the programs in `bundle` and pack it into an installer in the directory `target`.

    Raises:
        FileNotFoundError: Inno Setup is not installed.
        subprocess.CalledProcessError: it can't; it says why.
    """
    for program in sorted(bundle.glob("*.exe")):
        sign(program)
    values = {"Version": __version__, "Bundle": bundle.resolve(), "Output": target.resolve()}
    settings = [f"/D{name}={value}" for name, value in values.items()]
    subprocess.run([_compiler(), "/Qp", *settings, str(_DEFINITION)], check=True)
    for installer in sorted(target.glob("*.exe")):
        sign(installer)


def _compiler() -> str:
    folders = [os.environ.get("PROGRAMFILES(X86)", ""), os.environ.get("PROGRAMFILES", "")]
    usual = [str(Path(folder) / "Inno Setup 6" / "ISCC.exe") for folder in folders if folder]
    for command in ("iscc", *usual):
        if found := shutil.which(command):
            return found
    raise FileNotFoundError("Inno Setup 6 is not installed.")
