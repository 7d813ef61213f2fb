"""Runs the real app off-screen over made-up conversations and keeps pictures of it."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollArea, QWidget
from qasync import QEventLoop

from desktop.app import Parley, make_application
from desktop.composition.opening import DEMO_ENDPOINT
from desktop.core.connection import local_model_name
from desktop.core.content import Role, Usage
from desktop.core.conversation import Conversation, Message, MessageStatus, text_parts
from desktop.core.ids import ConversationId, new_conversation_id, new_message_id
from desktop.local.engine import LocalEngine
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.ui.main_window import MainWindow
from desktop.ui.settings.window import SettingsWindow

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "resources" / "screenshots"
SIZE = (1280, 860)
SMALL = (900, 600)

QUESTION = "Why does my binary search sometimes loop forever? It happens when the list has exactly **two** elements."
ANSWER = '''The loop never ends because `mid` can equal `lo`, and `lo = mid` then changes nothing. With two elements `(lo + hi) // 2` always rounds *down* to `lo`. Use a half-open interval and always move past `mid`:

```python
def bisect_left(a: list[int], x: int) -> int:
    """Return the leftmost index where x could be inserted."""
    lo, hi = 0, len(a)
    while lo < hi:
        mid = (lo + hi) // 2          # never equals hi
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid
    return lo
```

Two invariants make it correct:

1. Everything left of `lo` is **smaller** than `x`.
2. Everything from `hi` on is **greater or equal**.

| Interval | Update | Terminates | Steps |
|---|---|---|---:|
| `[lo, hi)` half-open | `lo = mid + 1` | always | ⌈log₂ n⌉ |
| `[lo, hi]` closed | `lo = mid` | not for n = 2 | ∞ |
'''
OTHERS = (
    (0, "Async SQLAlchemy with aiosqlite"),
    (0, "Summarise the Q3 incident report"),
    (1, "Regex for ISO 8601 dates"),
    (1, "Trip to Kyoto: 5 day itinerary"),
    (1, "Explain attention like I am five"),
    (4, "Dockerfile for a PySide6 build"),
    (5, "Compare SSE and WebSocket"),
    (6, "Cover letter, second draft"),
)


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


async def seed(home: Path, theme: str) -> ConversationId:
    paths = Paths.resolve(home)
    paths.create()
    database = await Database.open(paths)
    conversations = ConversationRepository(database)
    now = datetime.now(UTC)
    for age, title in reversed(OTHERS):
        await conversations.create(conversation(title, now - timedelta(days=age, minutes=5)))
    pinned = conversation("Release checklist 1.0", now - timedelta(days=9))
    await conversations.create(replace(pinned, pinned=True))
    main = conversation("Binary search edge cases", now)
    await conversations.create(main)
    question = message(main, Role.USER, QUESTION, None, now)
    await conversations.add_message(question)
    await conversations.add_message(message(main, Role.ASSISTANT, ANSWER, question, now))
    async with database.write() as session:
        await SystemConfigRepository(session).put("app", "window", {"theme": theme})
    await database.close()
    return main.id


def conversation(title: str, when: datetime) -> Conversation:
    return Conversation(id=new_conversation_id(), title=title, created_at=when, updated_at=when)


def message(
    conversation: Conversation, role: Role, text: str, parent: Message | None, when: datetime
) -> Message:
    answer = role is Role.ASSISTANT
    return Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=parent.id if parent else None,
        role=role,
        parts=text_parts(text),
        status=MessageStatus.COMPLETE,
        created_at=when,
        model="claude-sonnet-5.5" if answer else None,
        usage=Usage(input_tokens=38, output_tokens=412) if answer else None,
        duration_ms=6400 if answer else None,
        first_token_ms=340 if answer else None,
    )


async def first_run(home: Path, theme: str) -> None:
    async with running(home, demo=False) as window:
        window.set_theme_mode("dark" if theme == "dark" else "light")
        await settle()
        keep(window, f"first-run-{theme}")


async def chat(home: Path, models: Path, theme: str) -> None:
    shutil.copytree(models, home / "cache" / "models", dirs_exist_ok=True)
    opened = await seed(home, theme)
    async with running(home, demo=True) as window:
        window.sidebar.conversation_selected.emit(opened)
        await until(lambda: "half-open" in window.chat.transcript.plain_text())
        await settle()
        keep(window, f"main-{theme}")
        window.resize(*SMALL)
        await settle()
        keep(window, f"small-{theme}")
        window.resize(*SIZE)
        await stream(window, theme)
        await settings(window, theme)


async def stream(window: MainWindow, theme: str) -> None:
    window.sidebar.new_chat_requested.emit()
    await settle()
    window.chat.submitted.emit(
        "Write a short Python function that reverses a string, and explain it."
    )
    await until(lambda: len(window.chat.transcript.plain_text()) > 420)
    keep(window, f"streaming-{theme}")
    window.chat.stop_requested.emit()
    await until(lambda: not window.chat.is_busy)


async def settings(window: MainWindow, theme: str) -> None:
    window.settings_requested.emit()
    await until(lambda: window.findChild(SettingsWindow, "settingsWindow"))
    dialog = window.findChild(SettingsWindow, "settingsWindow")
    assert dialog is not None
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
    with tempfile.TemporaryDirectory() as directory:
        models = Path(directory) / "models"
        engine = LocalEngine(models)
        await engine.connect(local_model_name(DEMO_ENDPOINT), lambda _: None)
        await engine.aclose()
        for theme in ("light", "dark"):
            await first_run(Path(directory) / f"first {theme}", theme)
            await chat(Path(directory) / f"chat {theme}", models, theme)


if __name__ == "__main__":
    application = make_application()
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        sys.exit(runner.run(main()))
