"""The packages that script/build made, and a Debian to install them in."""

import functools
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from desktop.local.model_file import DEMO_MODEL
from tests.packaging.debian import Debian, debian, missing_tools
from tests.quiet import Quiet

DIST = Path(__file__).resolve().parents[2] / "dist"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, and say so, where nothing was built; remove the package last."""
    why = "" if any(DIST.glob("*.deb")) else "no package in dist/: run script/test-packaging"
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in ours:
        if why:
            item.add_marker(pytest.mark.skip(reason=why))
        if item.name.startswith("test_removal"):
            items.remove(item)
            items.append(item)


@pytest.fixture(scope="session")
def package() -> Path:
    """The Debian package."""
    (found,) = DIST.glob("*.deb")
    return found


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debian]:
    """A minimal Debian 12 with nothing of ours."""
    if why := missing_tools():
        pytest.skip(why)
    named = os.environ.get("PARLEY_TEST_CACHE")
    cache = Path(named) if named else user_cache_path("parley-tests")
    root = tmp_path_factory.mktemp("debian")
    root.chmod(0o755)
    with debian(root, cache) as made:
        yield made


@pytest.fixture(scope="session")
def installed(fresh: Debian, package: Path) -> Debian:
    """The same with the package and what it depends on, nothing else."""
    target = fresh.inside("/tmp/parley.deb")
    target.write_bytes(package.read_bytes())
    fresh.apt("install", "--no-install-recommends", "/tmp/parley.deb")
    return fresh


@pytest.fixture(scope="session")
def furnished(installed: Debian) -> Debian:
    """The same with a screen, a keyring and validators."""
    tools = ("xvfb", "xdotool", "dbus-daemon", "gnome-keyring", "libsecret-tools")
    validators = ("desktop-file-utils", "appstream", "shared-mime-info")
    installed.apt("install", "--no-install-recommends", *tools, *validators)
    return installed


class _Handler(Quiet, SimpleHTTPRequestHandler):
    """Gives out files."""


@pytest.fixture(scope="session")
def model_address(models_dir: Path) -> Iterator[str]:
    """Where the demo model can be downloaded from."""
    handler = functools.partial(_Handler, directory=str(models_dir))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{DEMO_MODEL.path_in(models_dir).name}"
        server.shutdown()
