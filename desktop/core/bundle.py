"""Whether this is the packaged program, and what that changes for the processes it starts."""

import os
import sys

READ_DOCUMENT = "--read-document"
SERVE_MODEL = "--serve-model"
"""Each makes the packaged program a child, where there is no Python to run a module with."""

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_OF_QT = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")


def is_bundled() -> bool:
    """Tell whether this program was packaged: it has no Python and no pip then."""
    return bool(getattr(sys, "frozen", False))


def give_back_environment() -> None:
    """Let the programs that we start, a browser above all, find their own libraries.

    PyInstaller's loader points the search paths into the bundle and keeps what was there
    under another name; this process has read them already, so they can go back.
    """
    for name in _LIBRARY_PATHS:
        os.environ.pop(name, None)
        original = os.environ.pop(f"{name}_ORIG", None)
        if original is not None:
            os.environ[name] = original
    for name in _OF_QT:
        os.environ.pop(name, None)
    # This program as a child sets up all of that anew.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
