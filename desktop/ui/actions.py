"""The window's commands: one action each, shared by shortcuts and menus."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMenuBar, QPlainTextEdit, QWidget

from desktop.core.organising import Place
from desktop.core.preferences import ThemeMode
from desktop.ui.theme import MODES

Shortcut = QKeySequence.StandardKey | str


class WindowActions(QObject):
    """Every command of the main window; the window connects them.

    `undo_requested` is emitted where no text is left to undo with Ctrl+Z.
    """

    undo_requested = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        key = QKeySequence.StandardKey
        self.new_chat = self._add("newChat", self.tr("New chat"), key.New)
        self.settings = self._add("settings", self.tr("Settings…"), "Ctrl+,")
        self.export, self.import_ = (
            self._add("export", self.tr("Export…"), "Ctrl+Shift+S"),
            self._add("import", self.tr("Import…"), "Ctrl+O"),
        )
        self.backups = self._add("backups", self.tr("Backups…"))
        self.library = self._add("library", self.tr("Library…"), "Ctrl+Shift+L")
        self.quit = self._add("quit", self.tr("Quit Parley"), "Ctrl+Q")
        self.switcher = self._add("switcher", self.tr("Go to…"), "Ctrl+K")
        self.find = self._add("find", self.tr("Search conversations"), "Ctrl+Shift+F")
        self.find_in_chat = self._add("findInChat", self.tr("Find in conversation"), key.Find)
        self.find_steps = self._find_steps()
        self.listings = self._listings()
        self.sidebar = self._add("toggleSidebar", self.tr("Sidebar"), "Ctrl+\\", "F9")
        self.zoom_in, self.zoom_out = (
            self._add("zoomIn", self.tr("Zoom in"), "Ctrl++", "Ctrl+="),
            self._add("zoomOut", self.tr("Zoom out"), "Ctrl+-"),
        )
        self.zoom_reset = self._add("zoomReset", self.tr("Actual size"), "Ctrl+0")
        self.widths = self._widths()
        self.menu_bar = self._add("menuBar", self.tr("Menu bar"), "Ctrl+Shift+M")
        self.rename, self.organise = (
            self._add("rename", self.tr("Rename"), "F2"),
            self._add("organise", self.tr("Folder, tags and more…"), "Ctrl+Shift+O"),
        )
        self.pin = self._add("pin", self.tr("Pin or unpin"), "Ctrl+Shift+P")
        self.chat_settings = self._add("chatSettings", self.tr("Chat settings…"), "Ctrl+Shift+,")
        self.archive = self._add("archive", self.tr("Archive or take back"), "Ctrl+Shift+A")
        self.statistics = self._add("statistics", self.tr("Statistics…"))
        self.delete = self._add("delete", self.tr("Delete"))
        self.regenerate = self._add("regenerate", self.tr("Regenerate answer"), "Ctrl+R")
        self.resume = self._add("resume", self.tr("Continue answer"), "Ctrl+Shift+R")
        self.previous = self._add("previousVersion", self.tr("Previous version"), "Alt+Left")
        self.next = self._add("nextVersion", self.tr("Next version"), "Alt+Right")
        self.fork = self._add("fork", self.tr("Fork into a new conversation"), "Ctrl+Shift+B")
        self.delete_message = self._add("deleteMessage", self.tr("Delete last message"))
        self.attach = self._add("attach", self.tr("Attach files…"), "Ctrl+U")
        self.stop = self._add("stop", self.tr("Stop answer"), "Esc")
        self.shortcuts = self._add("shortcuts", self.tr("Keyboard shortcuts"), "Ctrl+/", "F1")
        self.updates = self._add("updates", self.tr("Updates…"))
        self.about = self._add("about", self.tr("About Parley"))
        self.editing = self._editing()
        self.themes = self._themes()
        self._set_roles()
        for shown in (self.sidebar, self.menu_bar):
            shown.setCheckable(True)

    def fill(self, menu: QMenu | QMenuBar) -> None:
        """Add all commands as submenus of `menu`."""
        theme = self._submenu(self.tr("Theme"), list(self.themes.values()))
        finding = [self.find_in_chat, *self.find_steps]
        view = [
            self.switcher,
            self.find,
            None,
            *self.listings.values(),
            None,
            self.sidebar,
            self.menu_bar,
            None,
            self.zoom_in,
            self.zoom_out,
        ]
        for title, actions in (
            (
                self.tr("File"),
                [self.new_chat, None, *self._data(), None, self.settings, None, self.quit],
            ),
            (self.tr("Edit"), [*self.editing, None, *finding]),
            (self.tr("View"), [*view, self.zoom_reset, None, *self.widths, None]),
            (
                self.tr("Conversation"),
                [*self._sorting(), None, *self._answering()],
            ),
            (self.tr("Help"), [self.shortcuts, self.updates, self.about]),
        ):
            submenu = self._submenu(title, actions)
            if self.sidebar in actions:
                submenu.addMenu(theme)
            menu.addMenu(submenu)

    def _sorting(self) -> list[QAction]:
        placing = [self.rename, self.pin, self.organise, self.archive, self.delete]
        return [self.chat_settings, *placing]

    def _answering(self) -> list[QAction | None]:
        versions = [self.previous, self.next, None, self.fork, self.delete_message]
        return [self.attach, self.regenerate, self.resume, self.stop, None, *versions]

    def _data(self) -> list[QAction | None]:
        return [
            self.library,
            self.statistics,
            None,
            self.import_,
            self.export,
            self.backups,
        ]

    def listed(self) -> list[tuple[str, str]]:
        """Return each command that has a shortcut, as pairs of name and keys."""
        return [
            (
                action.text().rstrip("…"),
                action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
            )
            for action in self._window.actions()
            if not action.shortcut().isEmpty()
        ]

    def _add(self, name: str, text: str, *shortcuts: Shortcut) -> QAction:
        action = QAction(text, self._window)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(each) for each in shortcuts])
        self._window.addAction(action)  # a shortcut works without a visible menu, too
        return action

    def _listings(self) -> dict[Place, QAction]:
        return {
            Place.ALL: self._add("listAll", self.tr("Show all conversations")),
            Place.ARCHIVE: self._add("listArchive", self.tr("Show the archive")),
            Place.TRASH: self._add("listTrash", self.tr("Show the trash")),
        }

    def _find_steps(self) -> list[QAction]:
        key = QKeySequence.StandardKey
        below = self._add("findNext", self.tr("Find next"), key.FindNext)
        return [below, self._add("findPrevious", self.tr("Find previous"), key.FindPrevious)]

    def _widths(self) -> list[QAction]:
        wider = self._add("widerText", self.tr("Wider text"), "Ctrl+Alt+Right")
        return [wider, self._add("narrowerText", self.tr("Narrower text"), "Ctrl+Alt+Left")]

    def _editing(self) -> list[QAction | None]:
        key = QKeySequence.StandardKey
        wanted: tuple[tuple[str, str, QKeySequence.StandardKey] | None, ...] = (
            ("undo", self.tr("Undo"), key.Undo),
            ("redo", self.tr("Redo"), key.Redo),
            None,
            ("cut", self.tr("Cut"), key.Cut),
            ("copy", self.tr("Copy"), key.Copy),
            ("paste", self.tr("Paste"), key.Paste),
            ("selectAll", self.tr("Select all"), key.SelectAll),
        )
        return [self._edit(*each) if each else None for each in wanted]

    def _edit(self, name: str, text: str, key: QKeySequence.StandardKey) -> QAction:
        action = self._add(name, text, key)
        action.triggered.connect(lambda: self._ask_focused(name))
        return action

    def _ask_focused(self, name: str) -> None:
        """Call `undo`, `copy` … of the widget with the focus, where it has such a method."""
        widget = QApplication.focusWidget()
        if name == "undo" and not _has_text_to_undo(widget):
            self.undo_requested.emit()
            return
        own_name = re.sub(r"(?=[A-Z])", "_", name).lower()  # of widgets that are ours
        method = getattr(widget, name, getattr(widget, own_name, None))
        if callable(method):
            method()

    def _themes(self) -> dict[ThemeMode, QAction]:
        titles = self.tr("System"), self.tr("Light"), self.tr("Dark")
        group = QActionGroup(self)
        themes: dict[ThemeMode, QAction] = {}
        for mode, title in zip(MODES, titles, strict=True):
            themes[mode] = group.addAction(title)
            themes[mode].setObjectName(f"theme-{mode}")
            themes[mode].setCheckable(True)
        return themes

    def _set_roles(self) -> None:
        role = QAction.MenuRole
        self.quit.setMenuRole(role.QuitRole)
        self.settings.setMenuRole(role.PreferencesRole)
        self.about.setMenuRole(role.AboutRole)
        self.stop.setEnabled(False)
        # A key held down asks for one answer, not for thirty a second.
        for action in (self.stop, self.regenerate, self.resume, self.fork):
            action.setAutoRepeat(False)
        self.stop.setShortcutContext(Qt.ShortcutContext.WindowShortcut)

    def _submenu(self, title: str, actions: Sequence[QAction | None]) -> QMenu:
        menu = QMenu(title, self._window)
        menu.setObjectName(f"menu-{title}")
        menu.setAccessibleName(title)
        for action in actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        return menu


def _has_text_to_undo(widget: QWidget | None) -> bool:
    match widget:
        case QLineEdit():
            return widget.isUndoAvailable()
        case QPlainTextEdit():
            return widget.document().isUndoAvailable()
        case _:
            return False
