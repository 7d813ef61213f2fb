"""What the packaged program gives on to the programs it starts."""

import os

import pytest

from desktop.core.bundle import give_back_environment, is_bundled


def test_other_programs_find_their_own_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
        monkeypatch.setenv(name, "/opt/parley/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/mine")
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "0")

    give_back_environment()

    assert os.environ["LD_LIBRARY_PATH"] == "/opt/mine"
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"
    for name in ("LD_LIBRARY_PATH_ORIG", "DYLD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
        assert name not in os.environ


def test_from_source_nothing_is_bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_bundled()

    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert is_bundled()
