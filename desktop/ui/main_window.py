"""The main window: sidebar and chat side by side, or the first-run page."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QLocale, QPoint, QSize, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget

from desktop.core.errors import ParleyError
from desktop.core.organising import Listing
from desktop.core.preferences import Preferences, ThemeMode
from desktop.core.resources import resource
from desktop.ui.actions import WindowActions
from desktop.ui.chat_pane import ChatPane
from desktop.ui.icons import Icons
from desktop.ui.look import named, resize_to_fit
from desktop.ui.shell import Shell
from desktop.ui.sidebar import Sidebar
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.core.changes import Archive, Pin
    from desktop.ui.first_run import FirstRunPage

MIN_SIZE = (480, 400)
SIZE = QSize(1180, 800)


class MainWindow(QMainWindow):
    """Owns the widgets and their commands; says what the user wants.

    Closing: as long as nobody has called `take_over_closing`, the window closes at once.
    After that it emits `close_requested` and stays, until `allow_close` was called.
    """

    settings_requested = Signal()
    close_requested = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._may_close = True
        self._first_run: FirstRunPage | None = None
        self._menu: QMenu | None = None
        named(self, "mainWindow", "Parley")
        self.setWindowTitle("Parley")
        self.setWindowIcon(QIcon(str(resource("icons/parley-128.png"))))
        self.setMinimumSize(*MIN_SIZE)
        resize_to_fit(self, SIZE)
        self._build()
        theme.dress()
        self.chat.focus_composer()

    @property
    def first_run(self) -> "FirstRunPage":
        """The first-run page, built when it is first asked for."""
        if self._first_run is None:
            from desktop.ui.first_run import FirstRunPage

            self._first_run = FirstRunPage(theme=self._theme, icons=self._icons)
            self._first_run.settings_requested.connect(self.settings_requested)
            self._pages.addWidget(self._first_run)
        return self._first_run

    def show_page(self, page: str) -> None:
        """Show `chat` or `first_run`."""
        first = page == "first_run"
        self._pages.setCurrentWidget(self.first_run if first else self._shell)
        if first:
            self.first_run.setFocus()
        else:
            self.chat.focus_composer()

    def show_sidebar(self) -> None:
        """Show the sidebar if it is hidden."""
        self._shell.show_sidebar()

    def show_notice(self, error: ParleyError) -> None:
        """Show an error that belongs to no field and no message where the user is looking."""
        page = self._first_run
        if page is not None and self._pages.currentWidget() is page:
            page.show_notice(error)
        else:
            self.chat.show_notice(error)

    def window_state(self) -> dict[str, Any]:
        """Return size, place, sidebar and where the reader is as JSON, for `restore_window_state`."""
        geometry = self.saveGeometry().toBase64().data()
        return {
            "geometry": bytes(geometry).decode("ascii"),
            "reading": self.chat.reading_places(),
            **self.chat.look(),
            **self._shell.state(),
        }

    def apply_preferences(self, preferences: Preferences) -> None:
        """Look and react as the user wants it."""
        self._theme.set_mode(preferences.theme)
        english = preferences.language == "en"
        QLocale.setDefault(QLocale("en_US") if english else QLocale.system())
        self.chat.set_text_px(preferences.text_px)
        self.chat.set_send_key(preferences.send_key)

    def restore_window_state(self, state: Mapping[str, Any]) -> None:
        """Take size, place and sidebar as they were; what makes no sense is left out."""
        geometry = state.get("geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))
        self._shell.restore(state)
        self.chat.restore_look(state)
        self.chat.places.restore(state.get("reading"))

    def set_theme_mode(self, mode: ThemeMode) -> None:
        """Choose the theme, in the menu too."""
        self.commands.themes[mode].setChecked(True)
        self._theme.set_mode(mode)

    def take_over_closing(self) -> None:
        """From now on only report that the user wants to close."""
        self._may_close = False

    def allow_close(self) -> None:
        """Let the next `close` through: everything has ended."""
        self._may_close = True

    def _build(self) -> None:
        self.sidebar = Sidebar(theme=self._theme, icons=self._icons)
        self.chat = ChatPane(theme=self._theme, icons=self._icons)
        self._shell = Shell(self.sidebar, self.chat)
        self._pages = named(QStackedWidget(), "pages", self.tr("Parley"))
        self._pages.addWidget(self._shell)
        self.setCentralWidget(self._pages)
        self.commands = WindowActions(self)
        self._connect_widgets()
        self._connect_actions()

    def _connect_widgets(self) -> None:
        self.sidebar.settings_requested.connect(self.settings_requested)
        self.chat.settings_requested.connect(self.settings_requested)
        self.sidebar.collapse_requested.connect(self._shell.toggle)
        self.chat.header.sidebar_requested.connect(self._shell.toggle)
        self.chat.header.new_chat_requested.connect(self.sidebar.new_chat_requested)
        self.chat.header.menu_button.clicked.connect(self._open_menu)
        self.chat.title_changed.connect(self._name_window)
        self.chat.busy_changed.connect(self.commands.stop.setEnabled)
        self.sidebar.new_chat_requested.connect(self._shell.close_drawer)
        self.sidebar.conversation_selected.connect(self._shell.close_drawer)
        self.sidebar.new_chat_requested.connect(self.chat.focus_composer)
        self.sidebar.conversation_selected.connect(self.chat.focus_composer)
        self._shell.sidebar_shown.connect(self._on_sidebar_shown)
        self._on_sidebar_shown(True)

    def _connect_actions(self) -> None:
        actions = self.commands
        for action, slot in (
            (actions.new_chat, self.sidebar.new_chat_requested),
            (actions.settings, self.settings_requested),
            (actions.quit, self.close),
            (actions.find, self._find),
            (actions.find_in_chat, self.chat.find_words),
            (actions.find_steps[0], self.chat.find_next),
            (actions.find_steps[1], self.chat.find_previous),
            (actions.sidebar, self._shell.toggle),
            (actions.zoom_in, partial(self.chat.zoom, 1)),
            (actions.zoom_out, partial(self.chat.zoom, -1)),
            (actions.zoom_reset, partial(self.chat.zoom, 0)),
            (actions.widths[0], lambda: self.chat.transcript.widen(1)),
            (actions.widths[1], lambda: self.chat.transcript.widen(-1)),
            (actions.menu_bar, self._toggle_menu_bar),
            (actions.rename, self._rename),
            (actions.organise, self._organise),
            (actions.pin, self._pin),
            (actions.archive, self._archive),
            (actions.delete, self._delete),
            (actions.regenerate, self.chat.messages.regenerate),
            (actions.resume, self.chat.messages.resume),
            (actions.previous, partial(self.chat.messages.step, -1)),
            (actions.next, partial(self.chat.messages.step, 1)),
            (actions.fork, self.chat.messages.fork),
            (actions.delete_message, self.chat.messages.delete),
            (actions.stop, self.chat.stop_requested),
            (actions.shortcuts, self._show_shortcuts),
            (actions.about, self._show_about),
        ):
            action.triggered.connect(slot)
        for place, action in actions.listings.items():
            action.triggered.connect(partial(self._list, Listing(place=place)))
        actions.undo_requested.connect(self.chat.undo)
        actions.themes[self._theme.mode].setChecked(True)
        for mode, action in actions.themes.items():
            action.triggered.connect(partial(self._theme.set_mode, mode))
        self._theme.mode_changed.connect(self._check_theme)

    def _check_theme(self, mode: ThemeMode) -> None:
        self.commands.themes[mode].setChecked(True)

    def _on_sidebar_shown(self, shown: bool) -> None:
        self.commands.sidebar.setChecked(shown)
        self.chat.header.offer_sidebar(not shown)

    def _name_window(self, title: str) -> None:
        self.setWindowTitle(f"{title} — Parley" if title else "Parley")

    def _find(self) -> None:
        self._shell.show_sidebar()
        self.sidebar.focus_search()

    def search_for(self, words: str) -> None:
        """Search all conversations for words."""
        self._shell.show_sidebar()
        self.sidebar.search_for(words)

    def _list(self, listing: Listing) -> None:
        self._shell.show_sidebar()
        self.sidebar.ask_for(listing)
        self.sidebar.list.setFocus()

    def _rename(self) -> None:
        summary = self.sidebar.list.chosen()
        if summary is not None:
            self._shell.show_sidebar()
            self.sidebar.list.rename(summary)

    def _organise(self) -> None:
        self._shell.show_sidebar()
        self.sidebar.list.open_menu()

    def _pin(self) -> None:
        from desktop.core.changes import Pin  # the first paint does without

        chosen = self.sidebar.list.all_chosen()
        pinned = all(each.pinned for each in chosen)
        self._change(Pin(tuple(each.id for each in chosen), not pinned))

    def _archive(self) -> None:
        from desktop.core.changes import Archive  # the first paint does without

        chosen = self.sidebar.list.all_chosen()
        archived = all(each.archived for each in chosen)
        self._change(Archive(tuple(each.id for each in chosen), not archived))

    def _change(self, change: "Pin | Archive") -> None:
        if change.ids:
            self.sidebar.change_requested.emit(change)

    def _delete(self) -> None:
        self.sidebar.list.delete(self.sidebar.list.all_chosen())

    def _open_menu(self) -> None:
        if self._menu is None:
            self._menu = named(QMenu(self), "mainMenu", self.tr("Menu"))
            self.commands.fill(self._menu)
        button = self.chat.header.menu_button
        corner = QPoint(button.width() - self._menu.sizeHint().width(), button.height() + 4)
        self._menu.popup(button.mapToGlobal(corner))

    def _toggle_menu_bar(self, shown: bool) -> None:
        bar = self.menuBar()
        if not bar.actions():
            self.commands.fill(bar)
        bar.setVisible(shown)

    def _show_shortcuts(self) -> None:
        from desktop.ui.about import ShortcutsDialog

        ShortcutsDialog(self, self.commands.listed()).open()

    def _show_about(self) -> None:
        from desktop.ui.about import AboutDialog

        AboutDialog(self, self._icons).open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close at once, or leave it to whoever took over."""
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()
