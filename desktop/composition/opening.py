"""After the first paint: import what is heavy, open the data, connect the presenters."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from desktop.backend import Backend, open_backend, prewarm
from desktop.composition.attaching import AttachingOpening
from desktop.composition.chat_settings import ChatSettingsOpening
from desktop.composition.data import DataOpening
from desktop.composition.health import HealthOpening
from desktop.composition.library import LibraryOpening
from desktop.composition.ready import Ready
from desktop.composition.settings import SettingsOpening
from desktop.composition.sidebar import SidebarOpening
from desktop.composition.switcher import SwitcherOpening
from desktop.composition.updates import UpdatesOpening
from desktop.core.chat_settings import Preset
from desktop.core.connection import LOCAL_MODEL_SCHEME, is_local_model
from desktop.core.conversation import Conversation, Message
from desktop.core.errors import DamagedDatabase, NoKeyring, ParleyError
from desktop.core.ids import ConversationId, MessageId
from desktop.core.search import SearchHit
from desktop.llm.endpoints import key_origin
from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.local.model_file import DEMO_MODEL
from desktop.presenters.account import LOCAL_TITLE, AccountPresenter
from desktop.presenters.branches import BranchPresenter
from desktop.presenters.chat import ChatPresenter
from desktop.presenters.first_run import FirstRunPresenter
from desktop.presenters.sources import SourcesPresenter
from desktop.services.connections import local_config, progress_in_words
from desktop.services.drafts import Drafts
from desktop.services.health import Health, look_before_opening
from desktop.services.own_settings import adjusted
from desktop.services.settings_values import CompletionsChange, KeyAction
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from desktop.storage.repositories.branches import RemovedMessages
from desktop.ui.dialogs import ask
from desktop.ui.first_window import FirstWindow
from desktop.ui.main_window import MainWindow
from desktop.ui.tasks import TaskScope
from desktop.ui.theme import Theme

DEMO_ENDPOINT = LOCAL_MODEL_SCHEME + DEMO_MODEL.name


class Opening:
    """Builds what answers the window; `open` gives it to the wiring."""

    def __init__(self, window: MainWindow, theme: Theme, work: TaskScope, backend: Backend) -> None:
        self._window = window
        self._work = work
        self._backend = backend
        self._own = ChatSettingsOpening(window, work, backend)
        self._account = AccountPresenter(
            _AccountView(window, self._own), backend.settings, backend.connections
        )
        self._attaching = AttachingOpening(window, work, backend)
        self._chat = ChatPresenter(
            window.chat,
            backend.chat,
            backend.conversations,
            backend.branches,
            Drafts(backend.conversations, backend.settings),
            work,
            files=self._attaching.presenter,
            on_changed=self._conversation_changed,
            on_active=self._note_activity,
            on_shown=self._note_shown,
            start_from=lambda: self._own.presenter.settings,
            adopt=self._adopt_sources,
        )
        self._sources = SourcesPresenter(
            window.chat.sources,
            backend.sources,
            backend.library,
            current=lambda: self._chat.current,
            destination=self._destination,
        )
        self._sidebar = SidebarOpening(window, work, backend, self._chat)
        self._branches = BranchPresenter(
            _BranchView(window, self._undo),
            self._chat,
            backend.conversations,
            backend.branches,
            on_changed=self._conversation_changed,
        )
        self._is_warm = False
        self._settings = SettingsOpening(window, theme, work, backend, on_saved=self.connect)
        self._switcher = SwitcherOpening(
            window,
            theme,
            work,
            backend,
            open_settings=self._open_settings,
            start=self._start_from,
        )
        self._library = LibraryOpening(
            window,
            theme,
            work,
            backend,
            open_settings=window.settings_requested.emit,
            go_to=self._go_to,
        )
        self._data = DataOpening(window, work, backend, self._chat, on_replaced=self._show_again)
        self._updates = UpdatesOpening(window, work, backend)

    async def open(self, health: Health, *, first_run: bool) -> Ready:
        """Bring what is stored onto the screen."""
        await self._backend.conversations.recover()
        await self._attaching.presenter.restore_new_chat()
        await self._sidebar.refresh()
        # A keyring may ask for its password first: the window does not wait for that.
        self._work.start(self.connect(), name="connect")
        self._data.end_import()
        self._data.keep_backups()
        self._updates.look_daily()
        self._library.keep_indexed()
        erasing = self._backend.trash.keep_erasing(self._sidebar.refresh)
        self._work.start(erasing, name="erase old trash")
        return Ready(
            backend=self._backend,
            chat=self._chat,
            branches=self._branches,
            sidebar=self._sidebar,
            own=self._own,
            switcher=self._switcher,
            account=self._account,
            settings=self._settings,
            data=self._data,
            updates=self._updates,
            health=health,
            library=self._library,
            sources=self._sources,
            first_run=self._first_run() if first_run else None,
        )

    async def connect(self) -> None:
        """Show what the next message goes to, and get ready for it in the background."""
        await self._backend.connections.forget()
        await self._backend.indexing.retry()
        config = await self._account.refresh()
        if config is not None:
            self._work.start(self._warm(config), name="get ready")

    async def _warm(self, config: CompletionsConfig) -> None:
        if not self._is_warm:
            self._is_warm = True
            await prewarm(config)
        if is_local_model(config.endpoint):
            await self._backend.connections.local(
                config.endpoint or "",
                lambda progress: self._window.sidebar.set_account(
                    LOCAL_TITLE, progress_in_words(progress)
                ),
            )
            await self._account.refresh()

    async def _show_again(self) -> None:
        await self._chat.reopen()
        await self._sidebar.refresh()
        await self.connect()

    async def _adopt_sources(self, conversation_id: ConversationId) -> None:
        await self._sources.adopt(conversation_id)

    async def _destination(self) -> str:
        """Name what questions go to."""
        config = await self._backend.connections.config()
        if config is None:
            return ""
        if is_local_model(config.endpoint):
            return self._window.tr("the model on this computer")
        config = adjusted(config, self._own.presenter.settings)
        origin = key_origin(config.provider, config.endpoint)
        return f"{config.model} ({origin.removeprefix('https://')})"

    def _go_to(self, conversation_id: ConversationId, message_id: MessageId) -> None:
        self._window.activateWindow()
        place = SearchHit(
            conversation_id=conversation_id,
            message_id=message_id,
            title="",
            snippet="",
            marks=(),
            at=datetime.now(UTC),
        )
        self._window.sidebar.hit_chosen.emit(place)

    def _undo(self, removed: RemovedMessages) -> None:
        self._work.start(self._branches.undo(removed), name="put messages back")

    def _open_settings(self, page: str) -> None:
        self._work.start(self._settings.open(page), name="settings")

    def _start_from(self, preset: Preset) -> None:
        self._work.start(self._new_chat_from(preset), name="new chat")

    async def _new_chat_from(self, preset: Preset) -> None:
        self._window.show_page("chat")
        await self._chat.new_chat()
        self._sidebar.presenter.select(None)
        await self._own.presenter.start_from(preset)

    def _note_shown(self, conversation: Conversation | None) -> None:
        self._own.presenter.show(conversation)
        self._own.refresh_later()

    def _note_activity(self, conversation_id: ConversationId, active: bool) -> None:
        self._window.sidebar.set_active(conversation_id, active)
        if not active:
            self._own.refresh_later()
            self._work.start(self._make_title(conversation_id), name="make a title")

    async def _make_title(self, conversation_id: ConversationId) -> None:
        title = await self._backend.titles.make(conversation_id)
        if title is not None:
            self._chat.renamed(conversation_id, title)
            await self._sidebar.refresh()

    def _conversation_changed(self, conversation_id: ConversationId) -> None:
        self._backend.indexing.notice()
        self._work.start(self._sidebar.refresh(), name="refresh the list")

    def _first_run(self) -> FirstRunPresenter:
        presenter = FirstRunPresenter(
            self._window.first_run,
            self._backend.settings,
            self._backend.connections,
            save=self._save,
            on_ready=self._finish_first_run,
        )
        self._work.start(presenter.look(), name="look for servers")
        return presenter

    def _finish_first_run(self) -> None:
        self._window.show_page("chat")
        self._work.start(self.connect(), name="connect")

    async def _ask_key_place(self, why: NoKeyring) -> KeyPlace | None:
        window = self._window
        answer = await ask(
            window,
            window.tr("Where should the key be kept?"),
            f"{why.message} "
            + window.tr(
                "Parley can keep what seals your key in a file that only you can read, "
                "or forget your key when it closes."
            ),
            window.tr("In a private file"),
            window.tr("For this session only"),
            window.tr("Cancel"),
        )
        return {0: KeyPlace.PRIVATE_FILE, 1: KeyPlace.SESSION}.get(answer)

    async def _save(self, change: CompletionsChange) -> bool:
        try:
            await self._backend.settings.update_completions(change)
        except NoKeyring as why:
            place = await self._ask_key_place(why)
            if place is None:
                return False
            await self._backend.settings.choose_key_place(place)
            await self._backend.settings.update_completions(change)
        return True


class _AccountView:
    """The places in the window that name the model and its provider."""

    def __init__(self, window: MainWindow, own: ChatSettingsOpening) -> None:
        self._own = own
        self.set_model_choices = window.chat.set_model_choices
        self.set_account = window.sidebar.set_account
        self.show_notice = window.show_notice

    def set_model(self, label: str) -> None:
        """Name the model; a conversation may have one of its own."""
        self._own.presenter.take_label(label)
        self._own.refresh_later()


class _BranchView:
    """Asks how much is to be deleted, and offers to undo it."""

    def __init__(self, window: MainWindow, undo: Callable[[RemovedMessages], None]) -> None:
        self._window = window
        self._undo = undo

    async def ask_extent(self, message: Message) -> bool | None:
        """Ask whether what follows is to be deleted too; None for not at all."""
        window = self._window
        answer = await ask(
            window,
            window.tr("How much should be deleted?"),
            window.tr("Other messages follow this one. You can undo it afterwards."),
            window.tr("Only this message"),
            window.tr("This and all that follows"),
            window.tr("Cancel"),
        )
        return {0: False, 1: True}.get(answer)

    def offer_undo(self, removed: RemovedMessages) -> None:
        """Say what was deleted, and offer to put it back."""
        tr = self._window.tr
        one = tr("The message was deleted.")
        many = tr("{count} messages were deleted.").format(count=removed.count)
        self._window.chat.show_action(
            one if removed.count == 1 else many, tr("Undo"), lambda: self._undo(removed)
        )


async def open_all(
    window: MainWindow,
    theme: Theme,
    work: TaskScope,
    paths: Paths,
    *,
    demo: bool,
    configured: bool,
    first_run: bool,
    mend: Callable[[DamagedDatabase], None],
    mended: ParleyError | None,
    open_file: Callable[[Path], None],
) -> Ready:
    """Open the data in `paths` and connect it to the window.

    A demonstration chats with the local model: for good in a profile where nothing is
    set up yet, for this run in any other. `mend` is called when the user wants a database
    mended that turned out to be damaged; `mended` says what the last mending brought back;
    `open_file` is called with the file that a later start is given.

    Raises:
        StorageError: the data can't be used.
    """
    journal = await asyncio.to_thread(look_before_opening, paths)
    backend = await open_backend(
        paths,
        key_place=KeyPlace.PRIVATE_FILE if demo else None,
        override=local_config(DEMO_ENDPOINT) if demo and configured else None,
    )
    async with AsyncExitStack() as on_failure:
        on_failure.push_async_callback(backend.aclose)
        if demo and not configured:
            await backend.settings.update_completions(
                CompletionsChange(
                    provider=LLMProvider.OPENAI_COMPATIBLE,
                    model=DEMO_MODEL.name,
                    endpoint=DEMO_ENDPOINT,
                    api_key=KeyAction.REMOVE,
                )
            )
        opening = Opening(window, theme, work, backend)
        health = HealthOpening(window, work, backend, paths, mend=mend)
        ready = await opening.open(health.health, first_run=first_run)
        await health.open([mended, journal])
        FirstWindow(window, paths.data, open_file)
        on_failure.pop_all()
    return ready
