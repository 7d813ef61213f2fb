"""What every test gets: an off-screen Qt, the right event loop, a guarded network and log."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)

import asyncio
import gc
import logging
import socket
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code: what must be fast is measured in time of the processor.
settings.register_profile("parley", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("parley")

pytest_plugins = ["tests.fixtures_disk", "tests.fixtures_embeddings", "tests.fixtures_local"]


def _new_qt_loop() -> asyncio.AbstractEventLoop:
    from PySide6.QtWidgets import QApplication

    from desktop.ui.event_loop import EventLoop

    app = QApplication.instance() or QApplication(["parley-tests"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)  # as the app has it: closing must not end the loop
    return EventLoop(app)


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Give `qt_loop` tests the app's event loop and all others plain asyncio."""
    if item.get_closest_marker("qt_loop") is None:
        return {"asyncio": asyncio.new_event_loop}
    return {"qt": _new_qt_loop}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Collect Qt objects, the loop of a test among them, on the thread that made them.

    Python collects in whichever thread allocates, such as the database's, and a Qt object
    that dies there brings the whole run down. The app guards against it the same way.
    """
    fixtures = getattr(item, "fixturenames", ())
    on_qt_loop = item.get_closest_marker("qt_loop") is not None
    if not on_qt_loop and "qtbot" not in fixtures:
        return (yield)
    gc.disable()
    try:
        with pytest.MonkeyPatch.context() as patch:
            if on_qt_loop:
                # pytest-qt does this between a test and its teardown, while no loop runs: tasks
                # would go on outside the loop, and some of them then wait for ever.
                patch.setattr("pytestqt.plugin._process_events", lambda: None)
            return (yield)
    finally:
        gc.collect()
        gc.freeze()  # what lives on, modules above all, is not walked after every test
        gc.enable()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])
            assert host.startswith("127.") or host in {"::1", "localhost"}, f"network: {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test's data in its own directory, never in the user's."""
    home = tmp_path / "parley-home"
    monkeypatch.setenv("PARLEY_HOME", str(home))
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    return home


@pytest.fixture(autouse=True)
def no_logged_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logged an error nobody expected; expected ones are cleared."""
    yield
    logged = [r for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert logged == [], "unexpected errors in the log"
