"""Runs the real app off-screen over made-up conversations and keeps pictures of it."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from screenshot_data import MODEL, Seeded, add_documents, seed
from screenshot_files import write_export

from desktop.app import Parley, make_application
from desktop.backend import Backend, open_backend
from desktop.composition.opening import DEMO_ENDPOINT
from desktop.core.connection import local_model_name
from desktop.core.organising import Listing, Place
from desktop.llm.config import LLMProvider
from desktop.local.engine import LocalEngine
from desktop.services.meaning.choices import Choices, ChoicesStore, agreement
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange, KeyAction
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.embeddings import EmbeddingRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.ui.event_loop import EventLoop
from desktop.ui.library.window import SIZE as LIBRARY_SIZE
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.window import SIZE as SETTINGS_SIZE
from desktop.ui.settings.window import SettingsWindow

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "resources" / "screenshots"
SIZE = (1280, 860)
SMALL = (900, 600)
ENOUGH = 150
"""Characters of an answer that show that it streams."""
TRIES = 6
EMBEDDINGS = ("http://127.0.0.1:11434/v1", "nomic-embed-text")


async def until(claim: Callable[[], object], *, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not claim():
            await asyncio.sleep(0.02)


async def settle() -> None:
    """Give highlighting and late layout their moment."""
    await asyncio.sleep(0.6)


@asynccontextmanager
async def running(home: Path, *, demo: bool) -> AsyncGenerator[MainWindow]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    os.environ["HOME"] = os.fspath(home)  # paths below it are shown as those of a person
    parley = Parley(app, home, demo=demo)
    task = asyncio.create_task(parley.main())
    await asyncio.wait_for(parley.opened.wait(), 60)
    assert parley.window is not None
    parley.window.resize(*SIZE)
    yield parley.window
    parley.window.close()
    await asyncio.wait_for(task, 30)


def keep(widget: QWidget, name: str) -> None:
    path = PICTURES / f"{name}.png"
    assert widget.grab().save(str(path))
    print(path.relative_to(ROOT))


def keep_over(window: QWidget, popup: QWidget, name: str) -> None:
    """Keep a picture of a window and of what is shown over it."""
    picture = window.grab()
    with QPainter(picture) as painter:
        painter.drawPixmap(window.mapFromGlobal(popup.pos()), popup.grab())
    path = PICTURES / f"{name}.png"
    assert picture.save(str(path))
    print(path.relative_to(ROOT))


@asynccontextmanager
async def stored(home: Path, theme: str) -> AsyncGenerator[Backend]:
    paths = Paths.resolve(home)
    paths.create()
    backend = await open_backend(paths, key_place=KeyPlace.PRIVATE_FILE)
    async with backend.database.write() as session:
        await SystemConfigRepository(session).put("app", "window", {"theme": theme})
    yield backend
    await backend.aclose()


async def first_run(home: Path, theme: str) -> None:
    async with running(home, demo=False) as window:
        window.set_theme_mode("dark" if theme == "dark" else "light")
        await settle()
        keep(window, f"first-run-{theme}")


async def chat(home: Path, theme: str) -> None:
    """Keep pictures of conversations; nothing is sent anywhere."""
    async with stored(home, theme) as backend:
        await backend.settings.update_completions(
            CompletionsChange(
                provider=LLMProvider.ANTHROPIC, model=MODEL, api_key="sk-ant-only-for-pictures"
            )
        )
        seeded = await seed(backend)
        await add_documents(backend, home / "Documents" / "Garden club", seeded)
    export = home.parent / "chatgpt-export.zip"
    write_export(export)
    async with running(home, demo=False) as window:
        await show(window, seeded, "Binary search edge cases", "half-open")
        keep(window, f"main-{theme}")
        window.resize(*SMALL)
        await settle()
        keep(window, f"small-{theme}")
        window.resize(*SIZE)
        await own_settings(window, theme)
        await switcher(window, theme)
        await show(window, seeded, "Explain attention like I am five", "asks")
        keep(window, f"branches-{theme}")
        await show(window, seeded, "Half-life from my plot", "exponential")
        keep(window, f"formulas-{theme}")
        await citations(window, seeded, theme)
        await organising(window, seeded, theme)
        await search(window, theme)
        await data(window, export, theme)


async def show(window: MainWindow, seeded: Seeded, title: str, words: str) -> None:
    window.sidebar.conversation_selected.emit(seeded.conversations[title])
    await until(lambda: words in window.chat.transcript.plain_text())
    await settle()


async def opened(window: QWidget, kind: type[QWidget], name: str) -> QWidget:
    await until(lambda: any(each.isVisible() for each in window.findChildren(kind, name)))
    await settle()
    return next(each for each in window.findChildren(kind, name) if each.isVisible())


async def own_settings(window: MainWindow, theme: str) -> None:
    window.chat.header.chat_settings_requested.emit()
    dialog = await opened(window, QDialog, "chatSettings")
    keep(dialog, f"chat-settings-{theme}")
    dialog.close()


async def switcher(window: MainWindow, theme: str) -> None:
    window.commands.switcher.trigger()
    popup = await opened(window, QDialog, "switcher")
    edit = popup.findChild(QLineEdit, "switcherEdit")
    assert edit is not None
    edit.setText("re")
    await settle()
    keep_over(window, popup, f"switcher-{theme}")
    popup.close()


async def citations(window: MainWindow, seeded: Seeded, theme: str) -> None:
    await show(window, seeded, "Watering the raised beds", "Mulch halves")
    keep(window, f"sources-{theme}")
    window.chat.passage_requested.emit(seeded.answers["Watering the raised beds"], 1)
    passages = await opened(window, QDialog, "passagesWindow")
    keep(passages, f"passage-{theme}")
    passages.close()


async def organising(window: MainWindow, seeded: Seeded, theme: str) -> None:
    listed = window.sidebar.listing_requested
    folder = Listing(place=Place.FOLDER, folder_id=seeded.folders["Work"], name="Work")
    for name, listing in (
        ("folder", folder),
        ("tag", Listing(place=Place.TAG, name="code")),
        ("trash", Listing(place=Place.TRASH)),
    ):
        listed.emit(listing)
        await settle()
        keep(window.sidebar, f"{name}-{theme}")
    listed.emit(Listing())
    await settle()


async def search(window: MainWindow, theme: str) -> None:
    edit = window.sidebar.findChild(QLineEdit, "searchEdit")
    assert edit is not None
    edit.setText("search")
    await until(lambda: window.sidebar.results.model().rowCount())
    results = window.sidebar.results
    results.setFocus()
    results.setCurrentIndex(results.results.index(1))
    QTest.keyClick(results, Qt.Key.Key_Return)
    await settle()
    results.setFocus()
    await settle()
    keep(window, f"search-{theme}")
    edit.clear()
    await settle()


async def data(window: MainWindow, export: Path, theme: str) -> None:
    """Keep pictures of backups, export and the preview of an import."""
    window.commands.backups.trigger()
    backups = await opened(window, QDialog, "backupsDialog")
    make = backups.findChild(QPushButton, "backUpButton")
    assert make is not None
    for _ in range(2):
        make.click()
        await settle()
        await until(make.isEnabled)
    keep(backups, f"backups-{theme}")
    backups.close()
    window.commands.export.trigger()
    dialog = await opened(window, QDialog, "exportDialog")
    keep(dialog, f"export-{theme}")
    dialog.close()
    window.commands.import_.trigger()
    await choose(await opened(window, QFileDialog, "openFileDialog"), export)
    preview = await opened(window, QDialog, "importDialog")
    summary = preview.findChild(QLabel, "importSummary")
    assert summary is not None
    await until(lambda: "holds" in summary.text())
    await settle()
    keep(preview, f"import-{theme}")
    preview.close()


async def choose(dialog: QWidget, path: Path) -> None:
    """Choose a file, as typing its name does."""
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText(str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)
    await settle()


async def local(home: Path, models: Path, theme: str) -> None:
    """Keep pictures of a streaming answer, of the settings and of the library at work."""
    shutil.copytree(models, home / "cache" / "models", dirs_exist_ok=True)
    async with stored(home, theme) as backend:
        await backend.settings.update_completions(
            CompletionsChange(
                provider=LLMProvider.OPENAI_COMPATIBLE,
                model=local_model_name(DEMO_ENDPOINT),
                endpoint=DEMO_ENDPOINT,
                api_key=KeyAction.REMOVE,
            )
        )
        seeded = await seed(backend)
        await add_documents(backend, home / "Documents" / "Garden club", seeded)
        await index_half(backend)
    async with running(home, demo=False) as window:
        await library(window, theme)
        await stream(window, theme)
        await settings(window, theme)


async def index_half(backend: Backend) -> None:
    """Leave an index as it is after a pause in its middle."""
    endpoint, model = EMBEDDINGS
    await backend.settings.update_embeddings(
        EmbeddingsChange(model=model, endpoint=endpoint, api_key=KeyAction.REMOVE)
    )
    host = endpoint.removeprefix("http://").removesuffix("/v1")
    choices = Choices(agreed=agreement(host, model), paused=True)
    await ChoicesStore(backend.database).put(choices)
    embeddings = EmbeddingRepository(backend.database)
    begun = await embeddings.add_model(host, model, 4, bytes(8))
    texts = await embeddings.missing(begun.id, history=True, after=0, limit=100)
    done = texts[: len(texts) * 2 // 3]
    await embeddings.add(begun.id, [(text.hash, bytes(8)) for text in done])


async def library(window: MainWindow, theme: str) -> None:
    window.commands.library.trigger()
    dialog = await opened(window, QDialog, "libraryWindow")
    dialog.resize(LIBRARY_SIZE)
    await settle()
    keep(dialog, f"library-{theme}")
    dialog.close()


async def stream(window: MainWindow, theme: str) -> None:
    """Keep a picture while an answer is written; a small model may end too early: ask again."""
    for _ in range(TRIES):
        window.sidebar.new_chat_requested.emit()
        await settle()
        window.chat.submitted.emit(
            "Write a short Python function that reverses a string, and explain it."
        )
        await until(lambda: window.chat.is_busy)
        await until(lambda: written(window) > ENOUGH or not window.chat.is_busy)
        if window.chat.is_busy:
            keep(window, f"streaming-{theme}")
            window.chat.stop_requested.emit()
            await until(lambda: not window.chat.is_busy)
            return
    raise RuntimeError(f"The model ended {TRIES} times within {ENOUGH} characters.")


def written(window: MainWindow) -> int:
    """Return how many characters stand below the question."""
    return len(window.chat.transcript.plain_text().rpartition("explain it.")[2])


async def settings(window: MainWindow, theme: str) -> None:
    window.settings_requested.emit()
    await until(lambda: window.findChild(SettingsWindow, "settingsWindow"))
    dialog = window.findChild(SettingsWindow, "settingsWindow")
    assert dialog is not None
    dialog.resize(SETTINGS_SIZE)
    await until(dialog.isVisible)
    await settle()
    keep(dialog, f"settings-{theme}")
    for page in ("network", "local"):
        dialog.show_page(page)
        await settle()
        keep(dialog, f"settings-{page}-{theme}")
    dialog.show_page("models")
    await failing_test(dialog, theme)
    dialog.discard_requested.emit()
    await until(lambda: not dialog.isVisible())


async def failing_test(dialog: SettingsWindow, theme: str) -> None:
    """Keep a picture of a test of a server that does not run."""
    endpoint = dialog.findChild(QLineEdit, "endpointEdit")
    copy = dialog.findChild(QPushButton, "testStagesCopy")
    page = dialog.findChild(QScrollArea, "modelsPage")
    assert endpoint is not None
    assert copy is not None
    assert page is not None
    endpoint.setText("http://127.0.0.1:9/v1")
    dialog.completions.test_button.click()
    await until(copy.isVisible)
    await settle()
    page.ensureWidgetVisible(copy)
    keep(dialog, f"settings-test-{theme}")


async def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="parley-") as directory:
        models = Path(directory) / "models"
        engine = LocalEngine(models)
        await engine.connect(local_model_name(DEMO_ENDPOINT), lambda _: None)
        await engine.aclose()
        for theme in ("light", "dark"):
            await first_run(Path(directory) / f"first {theme}", theme)
            await chat(Path(directory) / theme, theme)
            await local(Path(directory) / f"local-{theme}", models, theme)


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        sys.exit(runner.run(main()))
