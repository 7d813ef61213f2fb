"""Make the installers from the folder that PyInstaller made: `python -m script.packaging.finish`."""

import argparse
import hashlib
import os
import platform
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop import __version__
from script.packaging.licences import write_licences
from script.packaging.parts import all_parts
from script.packaging.sbom import bill_of_materials
from script.packaging.signing import SUMS, sign


def main() -> None:
    """Add the licences, write the bill of materials, pack what this platform has."""
    parser = argparse.ArgumentParser(prog="python -m script.packaging.finish", description=__doc__)
    parser.add_argument("bundle", type=Path, help="the folder that PyInstaller made")
    parser.add_argument("target", type=Path, help="where the installers go")
    parser.add_argument("--work", type=Path, required=True, help="a directory to use up")
    arguments = parser.parse_args()
    arguments.target.mkdir(parents=True, exist_ok=True)
    describe(arguments.bundle, arguments.target)
    pack(arguments.bundle, arguments.target, arguments.work)
    write_sums(arguments.target)
    sign(arguments.target / "SHA256SUMS", SUMS)


def describe(bundle: Path, target: Path) -> None:
    """Write the licences into the bundle and the bill of materials beside it."""
    parts = all_parts(bundle)
    is_app = bundle.suffix == ".app"
    write_licences(parts, bundle / ("Contents/Resources/licences" if is_app else "licences"))
    bill = bill_of_materials(parts, built_at=int(os.environ["SOURCE_DATE_EPOCH"]))
    (target / f"parley-{__version__}-{sys.platform}-{platform.machine()}.cdx.json").write_text(
        bill, "utf-8"
    )


def pack(bundle: Path, target: Path, work: Path) -> None:
    """Make the installers of this platform."""
    if sys.platform == "darwin":
        from script.packaging.macos import build_image

        build_image(bundle, target, work / "image")
    elif sys.platform == "win32":
        from script.packaging.windows import build_installer

        build_installer(bundle, target)
    else:
        pack_for_linux(bundle, target, work)


def pack_for_linux(bundle: Path, target: Path, work: Path) -> None:
    """Make the Debian package, where there is dpkg-deb, and the portable archive."""
    from script.packaging.archive import build_archive
    from script.packaging.debian import architecture, build_package

    archive = target / f"parley-{__version__}-linux-{os.uname().machine}.tar.xz"
    with ThreadPoolExecutor() as pool:
        packing = [pool.submit(build_archive, bundle, archive)]
        if shutil.which("dpkg-deb"):
            package = target / f"parley_{__version__}_{architecture()}.deb"
            packing.append(pool.submit(build_package, bundle, package, work / "debian"))
        for each in packing:
            each.result()


def write_sums(target: Path) -> None:
    """Write SHA256SUMS, as `sha256sum --check` reads it, over every other file."""
    lines: list[str] = []
    for path in sorted(target.iterdir()):
        if path.is_file() and path.name != "SHA256SUMS":
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (target / "SHA256SUMS").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
