"""The library in the running app: documents added, mended, indexed, found, left out, deleted."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListView, QListWidget

from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.ui.library.document_list import DocumentList
from desktop.ui.library.window import LibraryWindow
from tests.documents import files
from tests.end_to_end.conftest import RunningApp, until
from tests.llm.scripted_server import ScriptedServer
from tests.services.meaning.test_faults import PATH, answering

DOUGH = "Let the dough rest for two hours before you bake it."


async def set_up(home: Path, endpoint: str) -> None:
    database = await Database.open(Paths.resolve(home))
    async with database.write() as session:
        row = {"model": "fish", "endpoint": endpoint}
        await SystemConfigRepository(session).put("llm", "embeddings_config", row)
    await database.close()


def drop(app: RunningApp, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
    app.find(LibraryWindow, "libraryWindow").dropEvent(event)


def listed(app: RunningApp) -> dict[str, str]:
    """Return the documents on screen with their status."""
    model = app.find(DocumentList, "documentList").documents
    documents = [model.document(model.index(row)) for row in range(model.rowCount())]
    return {each.name: each.status for each in documents if each is not None}


def choose(app: RunningApp, name: str) -> DocumentList:
    documents = app.find(DocumentList, "documentList")
    row = list(listed(app)).index(name)
    documents.setCurrentIndex(documents.documents.index(row))
    documents.setFocus()
    return documents


def found(app: RunningApp) -> int:
    results = app.window.findChild(QListView, "resultList")
    return results.model().rowCount() if results is not None else 0


@pytest.mark.qt_loop
async def test_documents_are_added_mended_found_and_forgotten(
    app: RunningApp, own_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Kitchen"
    folder.mkdir()
    (folder / "bread.md").write_text(f"# Bread\n\n{DOUGH}\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    server = ScriptedServer()
    server.on(PATH, answering())
    async with server.listening() as port:
        await set_up(own_home, f"http://127.0.0.1:{port}/v1")
        await app.start()
        app.window.commands.library.trigger()
        await until(lambda: app.shows("libraryWindow"))
        drop(app, folder)
        await until(lambda: listed(app) == {"broken.pdf": "Failed", "bread.md": "Markdown"})
        assert server.requests == [], "nothing is sent before the user agrees"
        app.click("indexActionButton")
        title = app.find(QLabel, "indexTitle")
        await until(lambda: title.text() == "Everything can be found by meaning")
        assert DOUGH in str([request.json for request in server.requests])

        choose(app, "broken.pdf")
        assert "begins like a PDF" in app.find(QLabel, "documentWhy").text()
        files.make_pdf(folder / "broken.pdf", ["Sugar the plums"])
        app.click("readAgainButton")
        await until(lambda: listed(app)["broken.pdf"] == "PDF")

        app.type("searchEdit", "dough")
        await until(lambda: found(app) == 1)
        QTest.keyClick(choose(app, "bread.md"), Qt.Key.Key_Delete)
        await until(lambda: listed(app)["bread.md"] == "Left out")
        app.type("searchEdit", "two hours")
        await until(lambda: not found(app))

        app.click("deleteCollectionButton")
        app.click("confirmDeleteButton")
        collections = app.find(QListWidget, "collectionList")
        await until(lambda: not collections.count())
    assert (folder / "bread.md").exists()
