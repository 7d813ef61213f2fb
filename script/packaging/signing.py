"""Sign what is built, where a command to do it is given; see resources/packaging/README.md."""

import os
import shlex
import subprocess
from pathlib import Path

PROGRAM = "PARLEY_SIGN"
"""Names the command that signs programs and installers; the file's path is put behind it."""
SUMS = "PARLEY_SIGN_SUMS"
"""Names the command that signs SHA256SUMS."""


def sign(path: Path, variable: str = PROGRAM) -> None:
    """Run the command that `variable` names on `path`; nothing happens where there is none.

    Raises:
        subprocess.CalledProcessError: it failed; it says why.
    """
    if command := os.environ.get(variable, "").strip():
        subprocess.run([*shlex.split(command), str(path)], check=True)
