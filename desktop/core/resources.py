"""Where the files that come with Parley are: icons, fonts, themes."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(name: str) -> Path:
    """Return the path of `resources/NAME`.

    In a wheel and in the bundle the folder lies inside the package, as `_resources`; in a
    checkout (and so in an editable install) it lies beside it.

    Raises:
        FileNotFoundError: there is no such file; the installation is damaged.
    """
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = root / name
        if path.exists():
            return path
    raise FileNotFoundError(f"Parley's own file {name} is missing; install Parley again.")


def source_of(variable: str, built_in: str) -> str | None:
    """Return what the environment's `variable` names, else what the file `built_in` holds.

    None when neither says anything; only a bundle has such files.
    """
    if named := os.environ.get(variable, "").strip():
        return named
    try:
        return resource(built_in).read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None
