"""What goes into the packages and what is said of it; the packages have tests of their own."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from script.packaging.contents import SYSTEM_LIBRARIES, is_wanted, wanted
from script.packaging.finish import pack_for_linux, write_sums
from script.packaging.icu import (
    is_asked_for,
    items,
    pack,
    read_library,
    trim_icu,
    write_library,
)
from script.packaging.libraries import without_strays
from script.packaging.licences import write_licences
from script.packaging.parts import Part
from script.packaging.sbom import bill_of_materials
from script.packaging.signing import sign
from script.packaging.sources import write_sources


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "PySide6/QtSvg.abi3.so",
        "libxcb-cursor.so.0",
        "libicudata.so.73",
        "desktop/_resources/fonts/Inter.ttf",
        "keyring-25.7.0.dist-info/entry_points.txt",
        "openai-3.54.0.dist-info/METADATA",
    ],
)
def test_what_is_used_is_taken(path: str) -> None:
    assert is_wanted(path)


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/imageformats/libqtiff.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/lib/libQt6OpenGL.so.6",
        "PySide6/Qt/lib/QtQml.framework/Versions/A/QtQml",
        "PySide6/opengl32sw.dll",
        "PySide6/translations/qt_de.qm",
        "python3.11/lib-dynload/readline.cpython-311-x86_64-linux-gnu.so",
        "desktop/storage/migrations/__pycache__/env.cpython-311.pyc",
        "openai-3.54.0.dist-info/RECORD",
        "numpy-2.4.6.dist-info/licenses/LICENSE.txt",
        *SYSTEM_LIBRARIES,
    ],
)
def test_what_is_not_used_or_the_systems_is_left_out(path: str) -> None:
    assert not is_wanted(path)


def test_a_link_to_what_is_left_out_goes_too() -> None:
    framework = "PySide6/Qt/lib/{0}.framework/Versions/A/{0}"
    rows = [(name, framework.format(name), "SYMLINK") for name in ("QtQml", "QtCore")]

    assert wanted(rows) == rows[1:]


def test_of_the_systems_libraries_only_what_is_needed_stays() -> None:
    found = [str(path) for path in Path("/usr/lib").glob("*/libc.so.6")]
    if not found or shutil.which("readelf") is None:
        pytest.skip("no Debian, or no binutils here")
    program = ("parley", "/bin/true", "EXECUTABLE")
    python = ("libpython3.11.so.1.0", found[0], "BINARY")
    needed = ("libc.so.6", found[0], "BINARY")
    stray = ("libgtk-3.so.0", found[0], "BINARY")
    own = ("PySide6/libgtk.so", found[0], "BINARY")

    assert without_strays([program, python, needed, stray, own]) == [program, python, needed, own]


@pytest.fixture
def parts(tmp_path: Path) -> list[Part]:
    text = tmp_path / "LICENSE"
    text.write_text("Do as you like.")
    return [
        Part("libffi8", "3.4.4-1", "see its text", (text,), "deb"),
        Part("Inter", "", "OFL-1.1", (text, text)),
        Part("typing_extensions", "4.16.0", "PSF-2.0", (text,), "pypi"),
    ]


def test_the_bill_names_every_part_and_is_the_same_each_time(parts: list[Part]) -> None:
    bill = bill_of_materials(parts, built_at=1_700_000_000)
    told = json.loads(bill)

    assert bill == bill_of_materials(parts, built_at=1_700_000_000)
    assert bill != bill_of_materials(parts[1:], built_at=1_700_000_000)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["serialNumber"].startswith("urn:uuid:")
    assert [each["purl"] for each in told["components"]] == [
        "pkg:deb/debian/libffi8@3.4.4-1",
        "pkg:generic/Inter",
        "pkg:pypi/typing-extensions@4.16.0",
    ]


def test_every_part_has_its_licence_in_a_folder(parts: list[Part], tmp_path: Path) -> None:
    folder = tmp_path / "licences"
    write_licences(parts, folder)
    write_licences(parts, folder)

    lines = (folder / "index.txt").read_text("utf-8").splitlines()
    assert "libffi8 3.4.4-1: see its text" in lines
    assert "Inter: OFL-1.1" in lines
    assert sorted(path.name for path in (folder / "Inter").iterdir()) == ["1-LICENSE", "LICENSE"]


def test_checksums_are_of_every_file_but_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"package")
    write_sums(tmp_path)
    write_sums(tmp_path)

    expected = hashlib.sha256(b"package").hexdigest()
    assert (tmp_path / "SHA256SUMS").read_text() == f"{expected}  a.deb\n"


def test_nothing_is_signed_without_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my app"
    path.write_text("program")
    monkeypatch.delenv("PARLEY_SIGN", raising=False)
    sign(path)
    assert path.exists()

    monkeypatch.setenv("PARLEY_SIGN", "rm -f")
    sign(path)
    assert not path.exists()


def test_a_build_is_told_where_models_and_versions_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_MODEL_SOURCE", "https://example.invalid/model.gguf")
    monkeypatch.setenv("PARLEY_UPDATE_FEED", "https://example.invalid/feed.json")
    write_sources(tmp_path)
    told = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert told == {
        "model-source.txt": "https://example.invalid/model.gguf\n",
        "update-feed.txt": "https://example.invalid/feed.json\n",
    }

    monkeypatch.setenv("PARLEY_MODEL_SOURCE", "")
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.invalid/simple")
    monkeypatch.delenv("PARLEY_UPDATE_FEED")
    write_sources(tmp_path)
    told = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert told == {"model-source.txt": "https://example.invalid/simple\n"}

    monkeypatch.setenv("PARLEY_MODEL_SOURCE", "none")
    write_sources(tmp_path)
    assert list(tmp_path.iterdir()) == []


SORT = """
import asyncio
from pathlib import Path
from desktop.self_checks import CHECKS
print(asyncio.run(CHECKS["sorting"](Path())))
"""


@pytest.fixture(scope="module")
def icu_data() -> Path:
    """The library of ICU's data that comes with Qt."""
    found = list(Path(PySide6.__path__[0]).glob("Qt/lib/libicudata.so.*"))
    if not found or shutil.which("ld") is None or shutil.which("as") is None:
        pytest.skip("no libicudata or no binutils here")
    return found[0]


@pytest.fixture(scope="module")
def trimmed_icu_data(icu_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as the bundle has it."""
    copy = tmp_path_factory.mktemp("icu") / icu_data.name
    shutil.copyfile(icu_data, copy)
    trim_icu(copy.parent)
    return copy


def test_of_icus_data_the_names_go_and_the_rest_stays(
    icu_data: Path, trimmed_icu_data: Path
) -> None:
    symbol, data = read_library(icu_data)
    after, trimmed = read_library(trimmed_icu_data)

    assert after == symbol
    assert len(trimmed) < 0.5 * len(data)
    assert items(trimmed) == [each for each in items(data) if is_asked_for(each[0])]
    names = {name.partition("/")[2] for name, _ in items(trimmed)}
    assert {"coll/ucadata.icu", "coll/sv.res", "root.res", "cnvalias.icu"} <= names


def test_qt_sorts_with_the_trimmed_data(trimmed_icu_data: Path, tmp_path: Path) -> None:
    def sort(library: Path) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"LD_PRELOAD": str(library)}
        command = [sys.executable, "-c", SORT]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    done = sort(trimmed_icu_data)
    assert done.stdout == "by the rules of languages\n", done.stderr

    symbol, data = read_library(trimmed_icu_data)
    empty = tmp_path / trimmed_icu_data.name
    write_library(empty, symbol, pack(data, []))
    assert "RuntimeError" in sort(empty).stderr


def test_the_same_program_gives_the_same_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux" or shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg-deb here")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    sums: list[str] = []
    for place, changed, mask in (("here", 1_600_000_000, 0o022), ("there", 1_650_000_000, 0o077)):
        before = os.umask(mask)
        try:
            bundle = tmp_path / place / "parley"
            (bundle / "_internal").mkdir(parents=True)
            for name in ("parley", "_internal/libz", "_internal/data"):
                shutil.copy("/bin/true" if name != "_internal/data" else __file__, bundle / name)
                os.utime(bundle / name, (changed, changed))
            target = tmp_path / place / "dist"
            target.mkdir()
            pack_for_linux(bundle, target, tmp_path / place / "work")
            write_sums(target)
        finally:
            os.umask(before)
        sums.append((target / "SHA256SUMS").read_text())

    assert sums[0] == sums[1]
    assert sums[0].count("parley") == 2
