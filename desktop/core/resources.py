"""Where the files that come with Parley are: icons, fonts, themes."""

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
