"""What the window reports goes to the presenters, which exist a moment after the window."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.core.ids import CollectionId, ConversationId, MessageId
from desktop.storage.saved_text import save_text
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.composition.ready import Ready
    from desktop.core.changes import Change
    from desktop.core.organising import Listing
    from desktop.core.preferences import ThemeMode
    from desktop.core.search import Hit
    from desktop.presenters.first_run import FirstRunPresenter
    from desktop.ui.first_run import FirstRunPage

Action = Callable[["Ready"], Awaitable[object]]


class Wiring:
    """Connects the window's signals; what comes before all is ready waits for it."""

    def __init__(self, window: MainWindow, theme: Theme, work: TaskScope) -> None:
        self._window = window
        self._theme = theme
        self._work = work
        self._ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        self._connect_chat()
        self._connect_sidebar()
        theme.mode_changed.connect(self._keep_theme)

    def connect_first_run(self, page: "FirstRunPage") -> None:
        """Answer the first-run page too, where it is shown."""
        page.key_changed.connect(self._recognise)
        page.key_entered.connect(self._use_key)
        page.server_chosen.connect(self._use_server)
        page.look_again_requested.connect(self._look)
        page.local_chosen.connect(self._use_local)
        page.local_cancelled.connect(self._cancel_local)

    def answer_with(self, ready: "Ready") -> None:
        """Bring the window to life: what was asked of it so far is answered now."""
        self._ready.set_result(ready)

    def open_file(self, path: Path) -> None:
        """Show what is in a file that Parley was started with."""
        self._start("open a file", lambda ready: ready.data.open_file(path))

    async def save(self) -> None:
        """Keep the window's place, the theme and the draft, if the data was ever opened."""
        if not self._ready.done():
            return
        ready = self._ready.result()
        try:
            await ready.chat.keep_draft(self._window.chat.draft)
        finally:
            await ready.backend.settings.set_app("window", self._window.window_state())
            await ready.backend.preferences.save_theme(self._theme.mode)

    async def aclose(self) -> None:
        """Close what `open` opened."""
        if self._ready.done():
            ready = self._ready.result()
            await ready.backend.aclose()
            await asyncio.to_thread(ready.health.end)

    def _start(self, name: str, action: Action) -> None:
        self._work.start(self._when_ready(action), name=name)

    async def _when_ready(self, action: Action) -> None:
        await action(await asyncio.shield(self._ready))

    def _connect_chat(self) -> None:
        pane = self._window.chat
        pane.submitted.connect(self._send)
        pane.stop_requested.connect(self._stop)
        pane.draft_changed.connect(self._draft_changed)
        pane.retry_requested.connect(self._retry)
        pane.edit_requested.connect(self._begin_edit)
        pane.edit_submitted.connect(self._edit)
        pane.continue_requested.connect(self._resume)
        pane.sibling_requested.connect(self._step)
        pane.branch_requested.connect(self._fork)
        pane.delete_requested.connect(self._delete_message)
        pane.save_requested.connect(self._save_text)
        pane.messages_requested.connect(self._load_messages)
        pane.model_menu_requested.connect(self._list_models)
        pane.model_chosen.connect(self._choose_model)
        pane.header.chat_settings_requested.connect(self._open_chat_settings)
        self._window.commands.switcher.triggered.connect(self._open_switcher)
        self._window.commands.chat_settings.triggered.connect(self._open_chat_settings)
        self._window.settings_requested.connect(self._open_settings)
        commands = self._window.commands
        commands.backups.triggered.connect(self._open_backups)
        commands.updates.triggered.connect(self._open_updates)
        commands.export.triggered.connect(self._open_export)
        commands.import_.triggered.connect(self._open_import)
        commands.library.triggered.connect(self._open_library)
        self._connect_sources()

    def _connect_sources(self) -> None:
        pane = self._window.chat
        pane.sources.menu_requested.connect(self._offer_sources)
        pane.sources.source_chosen.connect(self._choose_source)
        pane.sources.library_requested.connect(self._open_library)
        pane.title_changed.connect(self._show_sources)
        pane.model_changed.connect(self._show_sources)
        pane.passage_requested.connect(self._show_passage)
        pane.similar_requested.connect(self._find_like)

    def _connect_sidebar(self) -> None:
        sidebar = self._window.sidebar
        sidebar.new_chat_requested.connect(self._new_chat)
        sidebar.conversation_selected.connect(self._open)
        sidebar.search_changed.connect(self._search)
        sidebar.rename_requested.connect(self._rename)
        sidebar.change_requested.connect(self._change)
        sidebar.duplicate_requested.connect(self._duplicate)
        sidebar.statistics_requested.connect(self._show_statistics)
        sidebar.export_requested.connect(self._export)
        sidebar.listing_requested.connect(self._list)
        sidebar.page_requested.connect(self._load_page)
        sidebar.hit_chosen.connect(self._go_to)
        sidebar.filters_requested.connect(self._offer_filters)
        self._window.commands.statistics.triggered.connect(lambda: self._show_statistics(()))

    def _keep_theme(self, mode: "ThemeMode") -> None:
        """Keep a theme that was chosen in the menu: the settings show it."""
        self._start("keep the theme", lambda ready: ready.backend.preferences.save_theme(mode))

    def _send(self, text: str) -> None:
        self._start("send", lambda ready: ready.chat.send(text))

    def _stop(self) -> None:
        if self._ready.done():
            self._ready.result().chat.stop()

    def _draft_changed(self, text: str) -> None:
        self._start("save draft", lambda ready: ready.chat.draft_changed(text))

    def _retry(self, message_id: MessageId) -> None:
        self._start("retry", lambda ready: ready.chat.retry(message_id))

    def _begin_edit(self, message_id: MessageId) -> None:
        self._start("edit", lambda ready: ready.chat.begin_edit(message_id))

    def _edit(self, message_id: MessageId, text: str) -> None:
        self._start("send the edit", lambda ready: ready.chat.edit(message_id, text))

    def _resume(self, message_id: MessageId) -> None:
        self._start("continue", lambda ready: ready.chat.resume(message_id))

    def _step(self, message_id: MessageId, step: int) -> None:
        self._start("step", lambda ready: ready.branches.step(message_id, step))

    def _fork(self, message_id: MessageId) -> None:
        self._start("fork", lambda ready: ready.branches.fork(message_id))

    def _delete_message(self, message_id: MessageId) -> None:
        self._start("delete messages", lambda ready: ready.branches.delete(message_id))

    def _load_messages(self, ids: Sequence[MessageId]) -> None:
        self._start("load messages", lambda ready: ready.chat.load(ids))

    def _save_text(self, path: str, text: str) -> None:
        self._work.start(save_text(Path(path), text), name="save a file")

    def _list_models(self) -> None:
        self._start("list models", lambda ready: ready.account.list_models())

    def _choose_model(self, model: str) -> None:
        self._start("choose model", lambda ready: _choose_model(ready, model))

    def _open_switcher(self) -> None:
        self._start("switch", lambda ready: ready.switcher.open())

    def _open_chat_settings(self) -> None:
        self._start("chat settings", lambda r: r.own.open(new_chat=r.chat.current is None))

    def _new_chat(self) -> None:
        self._window.show_page("chat")
        self._start("new chat", _new_chat)

    def _open(self, conversation_id: ConversationId) -> None:
        self._start("open", lambda ready: _open(ready, conversation_id))

    def _search(self, text: str) -> None:
        self._start("search", lambda ready: ready.sidebar.search.search(text))

    def _rename(self, conversation_id: ConversationId, title: str) -> None:
        self._start("rename", lambda ready: _rename(ready, conversation_id, title))

    def _change(self, change: "Change") -> None:
        self._start("change conversations", lambda ready: ready.sidebar.change(change))

    def _duplicate(self, conversation_id: ConversationId) -> None:
        self._start("duplicate", lambda ready: ready.sidebar.duplicate(conversation_id))

    def _show_statistics(self, ids: tuple[ConversationId, ...]) -> None:
        self._start("statistics", lambda ready: ready.sidebar.show_statistics(ids))

    def _list(self, listing: "Listing") -> None:
        self._start("list", lambda ready: ready.sidebar.presenter.show(listing))

    def _load_page(self, number: int) -> None:
        self._start("load a page", lambda ready: ready.sidebar.presenter.load(number))

    def _go_to(self, hit: "Hit") -> None:
        self._window.show_page("chat")
        self._start("go to a hit", lambda ready: _go_to(ready, hit))

    def _offer_filters(self) -> None:
        self._start("offer filters", lambda ready: ready.sidebar.search.offer_filters())

    def _recognise(self, text: str) -> None:
        self._start_first("recognise a key", lambda first: first.recognise(text))

    def _use_key(self, key: str) -> None:
        self._start_first("try a key", lambda first: first.use_key(key))

    def _use_server(self, url: str) -> None:
        self._start_first("try a server", lambda first: first.use_server(url))

    def _look(self) -> None:
        self._start_first("look for servers", lambda first: first.look())

    def _use_local(self) -> None:
        self._start_first("try the local model", lambda first: first.use_local())

    def _cancel_local(self) -> None:
        if self._ready.done() and (first := self._ready.result().first_run):
            first.cancel_local()

    def _start_first(
        self, name: str, action: "Callable[[FirstRunPresenter], Awaitable[object]]"
    ) -> None:
        async def work(ready: "Ready") -> None:
            if ready.first_run is not None:
                await action(ready.first_run)

        self._start(name, work)

    def _open_settings(self) -> None:
        self._start("settings", lambda r: r.settings.open())

    def _offer_sources(self) -> None:
        self._start("offer sources", lambda r: r.sources.offer())

    def _choose_source(self, collection_id: CollectionId | None, chosen: bool) -> None:
        self._start("choose a source", lambda r: r.sources.choose(collection_id, chosen))

    def _show_sources(self) -> None:
        self._start("show sources", lambda r: r.sources.refresh())

    def _show_passage(self, answer_id: MessageId, number: int) -> None:
        self._start("show a passage", lambda r: r.library.open_passage(answer_id, number))

    def _find_like(self, message_id: MessageId) -> None:
        self._window.show_sidebar()
        self._start("find similar messages", lambda r: r.sidebar.search.find_like(message_id))

    def _open_library(self) -> None:
        self._start("library", lambda r: r.library.open())

    def _open_updates(self) -> None:
        self._start("updates", lambda r: r.updates.open())

    def _open_backups(self) -> None:
        self._start("backups", lambda r: r.data.open_backups())

    def _export(self, ids: Sequence[ConversationId]) -> None:
        self._start("export", lambda r: r.data.open_export(ids))

    def _open_export(self) -> None:
        self._start("export", lambda r: r.data.open_export())

    def _open_import(self) -> None:
        self._start("import", lambda r: r.data.open_import())


async def _choose_model(ready: "Ready", model: str) -> None:
    if not await ready.own.presenter.choose_model(model):
        await ready.account.choose_model(model)


async def _new_chat(ready: "Ready") -> None:
    await ready.chat.new_chat()
    ready.sidebar.presenter.select(None)


async def _open(ready: "Ready", conversation_id: ConversationId) -> None:
    await ready.chat.open(conversation_id)
    await ready.sidebar.presenter.reveal(ready.chat.current)


async def _go_to(ready: "Ready", hit: "Hit") -> None:
    from desktop.core.search import DocumentHit  # the first paint does without

    if isinstance(hit, DocumentHit):
        await ready.library.open_hit(hit)
        return
    await ready.branches.go_to(hit)
    await ready.sidebar.presenter.reveal(ready.chat.current)


async def _rename(ready: "Ready", conversation_id: ConversationId, title: str) -> None:
    await ready.sidebar.presenter.rename(conversation_id, title)
    ready.chat.renamed(conversation_id, title)
