"""Put the licences of all parts beside the program."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from script.packaging.parts import Part

_HEADING = (
    "Parley is made of these parts. Each one's licence is in the folder of its name.\n"
    "Qt and PySide6 are used as shared libraries under the LGPL: they lie in _internal/PySide6\n"
    "and may be replaced by builds of your own.\n\n"
)


def write_licences(parts: Iterable[Part], folder: Path) -> None:
    """Make `folder` anew: an index and the texts of each part's licence."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = [_HEADING]
    for part in parts:
        target = folder / part.name
        target.mkdir(exist_ok=True)
        for number, text in enumerate(part.texts):
            name = text.name if not (target / text.name).exists() else f"{number}-{text.name}"
            shutil.copyfile(text, target / name)
        lines.append(f"{part.name} {part.version}: {part.licence}\n".replace(" :", ":"))
    (folder / "index.txt").write_text("".join(lines), "utf-8")
