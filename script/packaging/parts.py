"""The parts that the bundle is put together from: what each is called and whose licence it has."""

import platform
import sqlite3
import ssl
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from desktop import __version__

ROOT = Path(__file__).resolve().parents[2]
_PROJECT = "parley-desktop"
_NOT_BUNDLED = frozenset({"pip", "setuptools", "hatchling", "editables"})
_LICENCES = ROOT / "resources" / "packaging" / "licences"
_QT_TEXTS = (_LICENCES / "LGPL-3.0.txt", _LICENCES / "GPL-3.0.txt")
_LICENCE_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `kind` is the type of its package URL, `texts` the files of its licence."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]
    kind: str = "generic"


def all_parts(bundle: Path) -> list[Part]:
    """Return what is inside `bundle`, in a fixed order.

    Raises:
        ValueError: a part comes without its licence.
    """
    parts = [*_fixed_parts(), *python_packages(), *_icu(bundle), *_debian_packages(bundle)]
    for part in parts:
        if not part.texts:
            raise ValueError(f"{part.name} {part.version} has no licence text")
    return sorted(parts, key=lambda part: (part.kind, part.name))


def _fixed_parts() -> Iterator[Part]:
    resources = ROOT / "resources"
    python = platform.python_version()
    python_texts = tuple(Path(sysconfig.get_path("stdlib")).glob("LICENSE.txt")) or tuple(
        Path(sys.base_prefix).glob("LICENSE.txt")
    )
    bootloader = distribution("pyinstaller")
    yield Part("Parley", __version__, "MIT", (ROOT / "LICENSE",))
    yield Part("Python", python, "PSF-2.0", python_texts or _debian_copyright("python3"))
    yield Part("Qt", distribution("shiboken6").version, "LGPL-3.0-only", _QT_TEXTS)
    yield Part("SQLite", sqlite3.sqlite_version, "blessing", (_LICENCES / "SQLite.txt",))
    yield Part("OpenSSL", _openssl_version(), "Apache-2.0", (_LICENCES / "Apache-2.0.txt",))
    yield Part(
        "PyInstaller-bootloader",
        bootloader.version,
        "GPL-2.0-or-later WITH Bootloader-exception",
        _texts(bootloader),
    )
    for name in ("fonts", "icons"):
        for text in sorted((resources / name).rglob("LICENSE*")):
            yield Part(_titled(text), "", _named_licence(text), (text,))


def _icu(bundle: Path) -> Iterator[Part]:
    """Name what QtCore brings on Linux: without the languages' names that script/build leaves out."""
    for path in sorted((bundle / "_internal" / "PySide6" / "Qt" / "lib").glob("libicudata.so.*")):
        version = path.name.rpartition(".")[2]
        yield Part("ICU", version, "Unicode-DFS-2016", (_LICENCES / "ICU.txt",))


def _openssl_version() -> str:
    return ssl.OPENSSL_VERSION.split()[1]


def _titled(text: Path) -> str:
    return text.stem.removeprefix("LICENSE").strip("-_.") or text.parent.name


def _named_licence(text: Path) -> str:
    return "OFL-1.1" if "Open Font License" in text.read_text("utf-8") else "ISC"


def python_packages() -> Iterator[Part]:
    """Yield what the project asks for here, with the local engine and all that follows."""
    seen = set[str]()
    waiting = [f"{_PROJECT}[local]"]
    while waiting:
        wanted = Requirement(waiting.pop())
        name = wanted.name.lower().replace("_", "-")
        if name in _NOT_BUNDLED or (found := _installed(name)) is None:
            continue
        waiting += _requirements(found, wanted.extras)
        if name not in seen and name != _PROJECT:
            yield _python_part(found)
        seen.add(name)


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # for another platform, or of an extra nobody asked for
        return None


def _requirements(found: Distribution, extras: set[str]) -> Iterator[str]:
    for line in found.requires or ():
        requirement = Requirement(line)
        environments = [{"extra": extra} for extra in ("", *sorted(extras))]
        marker = requirement.marker
        if marker is None or any(marker.evaluate(values) for values in environments):
            yield line


def _python_part(found: Distribution) -> Part:
    name = found.metadata["Name"]
    is_qt = name.lower().startswith(("pyside6", "shiboken6"))
    return Part(
        name,
        found.version,
        _licence_of(found),
        _QT_TEXTS if is_qt else _texts(found),
        "pypi",
    )


def _licence_of(found: Distribution) -> str:
    """Return the expression that the metadata give, or their older fields' words."""
    fields = found.metadata.json
    words = str(fields.get("license", ""))
    classifiers = found.metadata.get_all("Classifier") or []
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    plain = words if words and "\n" not in words else ", ".join(named)
    return str(fields.get("license_expression", plain))


def _texts(found: Distribution) -> tuple[Path, ...]:
    ours = _LICENCES / f"{found.metadata['Name']}.txt"  # for wheels that bring no text
    if ours.exists():
        return (ours,)
    files = [Path(str(file.locate())) for file in found.files or ()]
    return tuple(
        path
        for path in sorted(files)
        if path.name.upper().startswith(_LICENCE_NAMES) and ".dist-info" in str(path)
    )


def _debian_packages(bundle: Path) -> Iterator[Part]:
    """Name the system's packages whose shared objects are inside (Debian only)."""
    if sys.platform != "linux":
        return
    names = sorted({path.name for path in (bundle / "_internal").glob("lib*.so*")})
    names = [name for name in names if not name.startswith("libpython")]  # named already
    packages = {package for name in names if (package := _owner(name))}
    for package in sorted(packages):
        query = ["dpkg-query", "--show", "--showformat=${Version}", package]
        version = subprocess.run(query, capture_output=True, text=True, check=True).stdout
        yield Part(package, version, "see its text", _debian_copyright(package), "deb")


def _owner(name: str) -> str | None:
    """Return the Debian package that has the shared object `name`; None where no one has."""
    places = (f"/usr/lib/*/{name}", f"/lib/*/{name}")
    search = subprocess.run(
        ["dpkg", "--search", *places], capture_output=True, text=True, check=False
    )
    return search.stdout.split(":")[0] or None


def _debian_copyright(package: str) -> tuple[Path, ...]:
    return tuple(Path("/usr/share/doc", package).glob("copyright"))
