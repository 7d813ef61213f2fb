"""`parley --self-check`: does every part of this installation work here?"""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from desktop.core.errors import ParleyError

Check = Callable[[], Awaitable[str]]

_SLOT = "self-check/key"
_ORIGIN = "https://example.invalid"


def run_self_check() -> int:
    """Print one line a part and return 0 when all work, in a directory of its own."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from desktop.app import make_application
    except ImportError as error:
        print(
            f"window: FAILED, {error}. On Debian and Ubuntu, script/run installs what is missing."
        )
        return 1
    from qasync import QEventLoop

    app = make_application()
    with (
        tempfile.TemporaryDirectory(prefix="parley-check-") as home,
        asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner,
    ):
        return runner.run(_run_all(Path(home)))


async def _run_all(home: Path) -> int:
    checks: dict[str, Check] = {
        "event loop": _event_loop,
        "database": lambda: _database(home),
        "vault": lambda: _vault(home),
        "OpenAI client": _openai,
        "Anthropic client": _anthropic,
        "local engine": _local_engine,
        "window": _window,
    }
    failed = 0
    for name, check in checks.items():
        try:
            print(f"{name}: {await check()}", flush=True)
        except (ParleyError, ImportError, OSError, RuntimeError, ValueError) as error:
            failed += 1
            print(f"{name}: FAILED, {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0


async def _event_loop() -> str:
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
    from desktop.storage.key_place import KeyPlace, VaultState
    from desktop.storage.paths import Paths
    from desktop.storage.vault import Vault

    paths = Paths.resolve(home)
    vault = Vault(paths, place=KeyPlace.PRIVATE_FILE)
    by_default = Vault(paths)
    database = await Database.open(paths, vault=vault)
    by_default.attach(database)
    try:
        has_keyring = await by_default.state() is VaultState.NEW
        token = await vault.seal("a secret", slot=_SLOT, origin=_ORIGIN)
        opened = await vault.unseal(token, slot=_SLOT, origin=_ORIGIN)
    finally:
        await database.close()
    if opened != "a secret":
        raise RuntimeError("what was sealed did not open")
    keyring = "there is a" if has_keyring else "there is no"
    return f"seals and opens; {keyring} system keyring"


async def _openai() -> str:
    from desktop.llm.openai_client import OpenAIClient, prewarm

    await asyncio.to_thread(prewarm)
    client = OpenAIClient("self-check", "none", "http://127.0.0.1:9/v1")
    await client.aclose()
    return "ready"


async def _anthropic() -> str:
    from desktop.llm.anthropic_client import AnthropicClient, prewarm

    await asyncio.to_thread(prewarm)
    client = AnthropicClient("self-check", "none", "http://127.0.0.1:9")
    await client.aclose()
    return "ready"


async def _local_engine() -> str:
    from desktop.local.engine import available

    return "installed" if available() else "not installed (optional)"


async def _window() -> str:
    from PySide6.QtWidgets import QApplication

    from desktop.ui.fonts import load_fonts
    from desktop.ui.icons import Icons
    from desktop.ui.main_window import MainWindow
    from desktop.ui.theme import Theme

    app = QApplication.instance()
    assert isinstance(app, QApplication), "made by run_self_check"
    load_fonts(app)
    window = MainWindow(theme=Theme(app), icons=Icons())
    window.show()
    await asyncio.sleep(0)
    picture = window.grab()
    window.close()
    if picture.isNull():
        raise RuntimeError("the window could not be drawn")
    return f"drawn off-screen, {picture.width()} x {picture.height()}"
