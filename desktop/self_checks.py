"""What `parley --self-check` checks: each part does its work once, in a directory of its own.

Everything is imported where it is used: a part that is missing must not keep the others from
being checked.
"""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

from desktop.core.errors import LocalModelError, VaultError

Check = Callable[[Path], Awaitable[str]]

_SLOT = "self-check/key"
_ORIGIN = "https://example.invalid"
_KEPT = "what is kept"


async def _event_loop(_home: Path) -> str:
    await asyncio.sleep(0)
    answer = await asyncio.to_thread(lambda: "threads and timers work")
    return f"{type(asyncio.get_running_loop()).__name__}, {answer}"


async def _database(home: Path) -> str:
    from desktop.storage.database import Database
    from desktop.storage.paths import Paths
    from desktop.storage.repositories.conversations import ConversationRepository

    paths = Paths.resolve(home)
    paths.create()
    database = await Database.open(paths)
    try:
        await ConversationRepository(database).list(search="self check")
    finally:
        await database.close()
    return "migrated, full-text search works"


async def _vault(home: Path) -> str:
    from desktop.storage.database import Database
    from desktop.storage.key_place import KeyPlace
    from desktop.storage.paths import Paths
    from desktop.storage.vault import Vault

    paths = Paths.resolve(home)
    vault = Vault(paths, place=KeyPlace.PRIVATE_FILE)
    database = await Database.open(paths, vault=vault)
    try:
        token = await vault.seal(_KEPT, slot=_SLOT, origin=_ORIGIN)
        opened = await vault.unseal(token, slot=_SLOT, origin=_ORIGIN)
    finally:
        await database.close()
    if opened != _KEPT:
        raise RuntimeError("what was sealed did not open")
    return f"seals and opens; {await _keyring()}"


async def _keyring() -> str:
    """Keep an entry in the system's keyring, read it and take it away again."""
    from desktop.storage.system_keyring import SystemKeyring

    keyring = SystemKeyring()
    name = await keyring.find()
    if name is None:
        return "there is no system keyring"
    label = keyring.label(name)
    try:
        await keyring.set(name, _SLOT, _KEPT)
        found = await keyring.get(name, _SLOT)
        await keyring.delete(name, _SLOT)
    except VaultError as error:
        return f"{label}: {error.message}"
    if found != _KEPT:
        raise RuntimeError(f"{label} gave something else back")
    return f"{label} keeps and gives back"


async def _openai(_home: Path) -> str:
    from desktop.llm.openai_client import OpenAIClient, prewarm

    await asyncio.to_thread(prewarm)
    client = OpenAIClient("self-check", "none", "http://127.0.0.1:9/v1")
    await client.aclose()
    return "ready"


async def _anthropic(_home: Path) -> str:
    from desktop.llm.anthropic_client import AnthropicClient, prewarm

    await asyncio.to_thread(prewarm)
    client = AnthropicClient("self-check", "none", "http://127.0.0.1:9")
    await client.aclose()
    return "ready"


async def _prices(_home: Path) -> str:
    from desktop.llm.prices import facts_of

    facts = await asyncio.to_thread(facts_of, "gpt-4o", host="api.openai.com")
    if facts.input_price is None:
        raise RuntimeError("a model that everybody sells has no price")
    return "known offline"


async def _markdown(_home: Path) -> str:
    from desktop.ui.transcript.formula import typeset
    from desktop.ui.transcript.highlight import highlight
    from desktop.ui.transcript.markdown import Markdown

    blocks = Markdown().blocks("# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x^2$\n")
    colours = list(highlight("def answer(): return 42\n", "python"))
    formula = await asyncio.to_thread(typeset, r"\frac{a}{b}", display=True)
    if not (blocks and colours and formula.width):
        raise RuntimeError("nothing came out")
    return "text, code and formulas are set"


async def _meaning(home: Path) -> str:
    import numpy as np

    from desktop.llm.embeddings import OpenAIEmbeddings
    from desktop.vectors.index_file import IndexFile
    from desktop.vectors.nearest import best, scan

    await OpenAIEmbeddings("self-check", "none", "http://127.0.0.1:9/v1").aclose()
    folder = home / "vectors"
    await asyncio.to_thread(folder.mkdir)
    index = IndexFile.open(folder, 8)
    index.append(np.arange(1, 9), np.eye(8, dtype=np.float32))
    found = best(index, scan(index, np.eye(8, dtype=np.float32)[2]), 1)
    if list(found) != [3]:
        raise RuntimeError("the nearest vector was not found")
    return "vectors are kept and found"


async def _documents(home: Path) -> str:
    from openpyxl import Workbook

    from desktop.documents.read import read_document

    path, book = home / "book.xlsx", Workbook()
    book.worksheets[0]["A1"] = _KEPT
    await asyncio.to_thread(book.save, path)
    if _KEPT not in (await read_document(path)).text:
        raise RuntimeError("the text of a document was not found")
    return "read in a process of their own"


async def _local_engine(home: Path) -> str:
    """Start the engine with a file that is no model: it must be the engine that says so."""
    from desktop.local.engine import available
    from desktop.local.server import LocalServer

    if not available():
        return "not installed (optional)"
    path = home / "no-model.gguf"
    await asyncio.to_thread(path.write_bytes, b"GGUF")
    server = LocalServer(path)
    try:
        await server.start()
    except LocalModelError as error:
        if "failed to" in error.message:  # llama.cpp's own words
            return "works"
        raise
    await server.stop()
    raise RuntimeError("it took an empty file for a model")


async def _sorting(_home: Path) -> str:
    """Compare as two languages do: Qt asks a library for their rules, and that its data."""
    from PySide6.QtCore import QCollator, QLocale

    german, swedish = (QCollator(QLocale(name)) for name in ("de_DE", "sv_SE"))
    if not german.compare("ä", "z") < 0 < swedish.compare("ä", "z"):
        raise RuntimeError("the rules of languages were not found")
    return "by the rules of languages"


async def _window(_home: Path) -> str:
    from PySide6.QtWidgets import QApplication

    from desktop.ui.fonts import load_fonts
    from desktop.ui.icons import Icons
    from desktop.ui.main_window import MainWindow
    from desktop.ui.theme import Theme

    await asyncio.to_thread(import_module, "desktop.composition.opening")  # all that comes after it
    app = QApplication.instance()
    assert isinstance(app, QApplication), "made by run_self_check"
    load_fonts(app)
    window = MainWindow(theme=Theme(app), icons=Icons())
    window.show()
    window.chat.transcript.setFocus()  # it is built where it is first used
    await asyncio.sleep(0)
    picture = window.grab()
    window.close()
    if picture.isNull():
        raise RuntimeError("the window could not be drawn")
    return f"drawn off-screen, {picture.width()} x {picture.height()}"


CHECKS: dict[str, Check] = {
    "event loop": _event_loop,
    "database": _database,
    "vault": _vault,
    "OpenAI client": _openai,
    "Anthropic client": _anthropic,
    "prices": _prices,
    "Markdown and maths": _markdown,
    "search by meaning": _meaning,
    "documents": _documents,
    "local engine": _local_engine,
    "sorting": _sorting,
    "window": _window,
}
"""The parts by name, each with what it prints of itself; raises when it does not work."""
