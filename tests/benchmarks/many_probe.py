"""Measures one thing about very many conversations in a process of its own, printed as JSON."""

import asyncio
import json
import statistics
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import psutil
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop.backend import Backend, open_backend
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.ids import new_conversation_id
from desktop.core.organising import Age, Group, Listing, Span
from desktop.presenters.search import SearchPresenter
from desktop.presenters.sidebar import SidebarPresenter
from desktop.presenters.sidebar_view import PAGE
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.ui.event_loop import EventLoop
from desktop.ui.fonts import load_fonts
from desktop.ui.icons import Icons
from desktop.ui.sidebar import Sidebar
from desktop.ui.theme import Theme
from tests.benchmarks.many import words
from tests.benchmarks.stored_conversation import TITLE

ROUNDS = 15
MEGABYTE = 1_000_000

Result = dict[str, float]


def sidebar_of(app: QApplication) -> Sidebar:
    load_fonts(app)
    theme = Theme(app)
    theme.dress()
    sidebar = Sidebar(theme=theme, icons=Icons())
    sidebar.resize(268, 800)
    sidebar.show()
    app.processEvents()
    return sidebar


def painted(widget: QWidget) -> None:
    widget.repaint()
    QApplication.processEvents()


def open_100k(app: QApplication, home: Path) -> Result:
    """Show a list of a hundred thousand; the floor is the same with a screenful."""
    sidebar = sidebar_of(app)
    now = datetime.now(UTC)
    rows = [
        ConversationSummary(id=new_conversation_id(), title=f"Conversation {n}", updated_at=now)
        for n in range(PAGE)
    ]

    def show(count: int) -> float:
        times: list[float] = []
        for half in range(ROUNDS):
            start = perf_counter()
            groups = [Group(Span(Age.TODAY), 10 + half), Group(Span(Age.WEEK), count - 10 - half)]
            sidebar.show_list(Listing(), groups, {0: rows})
            painted(sidebar)
            times.append((perf_counter() - start) * 1000)
        return statistics.median(times)

    return {"floor": show(40), "value": show(100_000), "scroll": _scroll(sidebar)}


def _scroll(sidebar: Sidebar) -> float:
    bar = sidebar.list.verticalScrollBar()
    times: list[float] = []
    for step in range(100):
        start = perf_counter()
        bar.setValue(bar.maximum() * step // 100)
        painted(sidebar.list)
        times.append((perf_counter() - start) * 1000)
    return max(times)


def on_data(work: Callable[[Sidebar, Backend], Awaitable[Result]]) -> Callable[..., Result]:
    def run(app: QApplication, home: Path) -> Result:
        async def main() -> Result:
            backend = await open_backend(Paths.resolve(home), key_place=KeyPlace.PRIVATE_FILE)
            try:
                return await work(sidebar_of(app), backend)
            finally:
                await backend.aclose()

        with asyncio.Runner(loop_factory=lambda: EventLoop(app)) as runner:
            return runner.run(main())

    return run


@on_data
async def typing(sidebar: Sidebar, backend: Backend) -> Result:
    """From a key to the painted results, for words typed letter by letter."""
    presenter = SearchPresenter(sidebar, backend.search)
    shown = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []
    sidebar.search_changed.connect(
        lambda text: tasks.append(asyncio.create_task(_search(presenter, text, shown)))
    )
    edit = sidebar.findChild(QLineEdit, "searchEdit")
    assert edit is not None
    times: list[float] = []
    for word in words()[3:400:40]:
        for letter in word:
            shown.clear()
            start = perf_counter()
            QTest.keyClicks(edit, letter)
            await shown.wait()
            painted(sidebar)
            times.append((perf_counter() - start) * 1000)
        edit.clear()
        await asyncio.sleep(0.05)
    return {"value": statistics.quantiles(times, n=20)[-1], "p50": statistics.median(times)}


async def _search(presenter: SearchPresenter, text: str, shown: asyncio.Event) -> None:
    await presenter.search(text)
    shown.set()


@on_data
async def reading(sidebar: Sidebar, backend: Backend) -> Result:
    """Read conversations here and there in the list, without showing them."""
    times: list[float] = []
    for offset in range(0, 50_000, 500):
        [summary] = await backend.organising.page(Listing(), offset=offset, limit=1)
        start = perf_counter()
        await backend.conversations.get(summary.id)
        await backend.conversations.branch(summary.id)
        times.append((perf_counter() - start) * 1000)
    return {"value": statistics.quantiles(times, n=20)[-1]}


@on_data
async def context(sidebar: Sidebar, backend: Backend) -> Result:
    """Estimate what the next message of the longest conversation would send."""
    rows = await backend.organising.page(Listing(), offset=0, limit=40)
    [longest] = [row.id for row in rows if row.title == TITLE]
    conversation = await backend.conversations.get(longest)
    assert conversation is not None
    times: list[float] = []
    for _ in range(ROUNDS):
        start = perf_counter()
        await backend.chat.context(conversation)
        times.append((perf_counter() - start) * 1000)
    return {"value": statistics.median(times)}


@on_data
async def memory(sidebar: Sidebar, backend: Backend) -> Result:
    """List everything, scroll through it and search."""
    presenter = SidebarPresenter(
        sidebar, backend.conversations, backend.organising, backend.branches
    )
    await presenter.refresh()
    bar = sidebar.list.verticalScrollBar()
    for step in range(50):
        bar.setValue(bar.maximum() * step // 50)
        for page in sidebar.visible_pages():
            await presenter.load(page)
    for word in words()[:20]:
        sidebar.show_results(word, await backend.search.search(word))
        painted(sidebar)
    return {"value": psutil.Process().memory_full_info().uss / MEGABYTE}


PROBES = {
    "open_100k": open_100k,
    "typing": typing,
    "reading": reading,
    "context": context,
    "memory": memory,
}


def main() -> None:
    app = QApplication(["parley-benchmark"])
    app.setQuitOnLastWindowClosed(False)
    print(json.dumps(PROBES[sys.argv[1]](app, Path(sys.argv[2]))))


if __name__ == "__main__":
    main()
