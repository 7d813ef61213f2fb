"""The page Local model over the real engine: start, memory, stop, and what is wrong with a file."""

import functools
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from desktop.core.connection import LOCAL_MODEL_SCHEME
from desktop.local.engine import LocalEngine
from desktop.local.model_file import DEMO_MODEL
from desktop.presenters.local_page import LocalPage
from desktop.services.local_model import LocalModelStore, LocalRunning, LocalValues
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.ui.icons import Icons
from desktop.ui.settings.numbers import NumberSpin
from desktop.ui.settings.pages.local import LocalModelPage
from desktop.ui.settings.window import SettingsWindow
from desktop.ui.theme import Theme
from tests.services.settings_home import SettingsHome
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop


@pytest.fixture
async def engine(
    home: SettingsHome, models_dir: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[LocalEngine]:
    fetches = "other_file" in request.fixturenames
    models = tmp_path / "models" if fetches else models_dir
    engine = LocalEngine(models, options=LocalModelStore(home.database).options)
    yield engine
    await engine.aclose()


@pytest.fixture
async def room(
    home: SettingsHome, engine: LocalEngine, theme: Theme, icons: Icons
) -> AsyncIterator[Room]:
    page = LocalModelPage(theme=theme, icons=icons)
    room = Room(SettingsWindow(theme=theme, icons=icons), home)

    def use(endpoint: str) -> None:
        room.presenter.use_server(endpoint)

    local = LocalPage(
        page,
        LocalModelStore(home.database),
        LocalRunning(engine),
        room.scope,
        use=use,
    )
    page.start_requested.connect(local.start)
    page.stop_requested.connect(local.stop)
    page.use_requested.connect(local.chat_with_it)
    room.add(page, local)
    await room.open()
    room.window.show_page("local")
    yield room
    await room.close()


def state(room: Room) -> str:
    return room.find(QLabel, "localStateText").text()


async def test_a_model_is_started_with_what_was_set_measured_and_stopped(
    room: Room, engine: LocalEngine
) -> None:
    assert "Nothing runs" in state(room)
    room.find(NumberSpin, "localContextSpin").setValue(2048)
    room.find(NumberSpin, "localThreadsSpin").setValue(1)

    room.click("startLocalButton")
    await until(lambda: "runs and takes" in state(room), seconds=60)
    assert engine.pid is not None
    child = psutil.Process(engine.pid)
    assert DEMO_MODEL.name in state(room)
    assert "MiB" in state(room)
    assert await LocalModelStore(room.home.database).load() == LocalValues(threads=1, context=2048)
    assert not room.window.isWindowModified()

    assert room.find(QPushButton, "startLocalButton").text() == "Restart"
    room.click("startLocalButton")
    await until(lambda: engine.running and engine.pid != child.pid, seconds=60)
    assert not child.is_running()
    child = psutil.Process(engine.pid)

    room.click("stopLocalButton")
    await until(lambda: "Nothing runs" in state(room))
    assert not child.is_running()
    assert room.find(QPushButton, "startLocalButton").text() == "Start"


async def test_what_is_no_model_is_named_at_its_field(room: Room, tmp_path: Path) -> None:
    file = tmp_path / "notes.gguf"
    file.write_text("no model")
    room.type("localModelFileEdit", str(file))

    room.click("startLocalButton")

    await until(lambda: room.shows("localModelFileEditProblem"))
    assert "not a GGUF" in room.find(QLabel, "localModelFileEditProblemText").text()
    assert "Nothing runs" in state(room)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("http://example.invalid/model.gguf", "must be an https:// address"),
        ("example.invalid/model.gguf", "no address of a server"),
        ("https://", "no address of a server"),
        ("file:///home/me/model.gguf", "no address of a server"),
        ("https://me:secret@example.invalid/simple", "a name or a password"),
    ],
)
async def test_what_is_no_source_is_named_at_its_field(
    source: str, words: str, room: Room, engine: LocalEngine
) -> None:
    room.type("localSourceEdit", source)

    room.click("startLocalButton")

    await until(lambda: room.shows("localSourceEditProblem"))
    assert words in room.find(QLabel, "localSourceEditProblemText").text()
    assert "secret" not in room.find(QLabel, "localSourceEditProblemText").text()
    assert engine.pid is None


@pytest.fixture
def other_file(tmp_path: Path) -> Iterator[str]:
    """The address of a file that is not the demo model."""
    (tmp_path / "other.gguf").write_bytes(b"GGUF" + bytes(1000))
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("other.gguf", "damaged or another model: its checksum is wrong. It was deleted"),
        ("gone.gguf", "answered 404"),
    ],
)
async def test_a_source_that_does_not_have_the_model_says_so(
    name: str, words: str, room: Room, other_file: str, tmp_path: Path
) -> None:
    room.type("localSourceEdit", f"{other_file}/{name}")

    room.click("startLocalButton")

    await until(lambda: room.shows("localFailure"))
    said = room.find(QLabel, "localFailureText").text()
    assert words in said
    assert "set another source in Settings, under Local model" in said
    assert list((tmp_path / "models").iterdir()) == []
    saved = await LocalModelStore(room.home.database).options()
    assert saved.source == f"{other_file}/{name}"


async def test_a_model_that_does_not_start_says_why(
    room: Room, engine: LocalEngine, tmp_path: Path
) -> None:
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + bytes(100))
    room.type("localModelFileEdit", str(file))

    room.click("startLocalButton")

    await until(lambda: room.shows("localFailure"), seconds=60)
    assert "could not be started" in room.find(QLabel, "localFailureText").text()
    assert engine.pid is None


async def test_it_is_chosen_for_chat(room: Room) -> None:
    room.click("useLocalButton")

    endpoint = room.find(QLineEdit, "endpointEdit").text()
    assert endpoint == LOCAL_MODEL_SCHEME + DEMO_MODEL.name
    assert room.find(QComboBox, "modelCombo").currentText() == DEMO_MODEL.name
    assert room.find(QComboBox, "providerCombo").currentText() == "OpenAI Compatible"
    assert room.window.isWindowModified()


async def test_other_options_start_the_model_anew(room: Room, engine: LocalEngine) -> None:
    first = await engine.connect(DEMO_MODEL.name, lambda _: None)
    assert await engine.connect(DEMO_MODEL.name, lambda _: None) == first

    await LocalModelStore(room.home.database).save(LocalValues(context=1024))

    assert await engine.connect(DEMO_MODEL.name, lambda _: None) != first


@pytest.mark.parametrize(
    "row", [{"model_file": 3, "threads": "x", "model_source": ["x"]}, {"context": True}]
)
async def test_options_that_make_no_sense_are_the_usual_ones(
    row: dict[str, object], home: SettingsHome
) -> None:
    async with home.database.write() as session:
        await SystemConfigRepository(session).put("app", "local_model", row)

    assert await LocalModelStore(home.database).load() == LocalValues()
