"""The settings window: a list of pages, the page, Save and Cancel below them."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.core.errors import ParleyError
from desktop.presenters.settings_view import KeyTrouble
from desktop.storage.key_place import KeyPlace
from desktop.ui.icons import Icons
from desktop.ui.look import HairLine, resize_to_fit
from desktop.ui.settings.controls import Button, Group, Row, order_tabs
from desktop.ui.settings.models_page import ModelsPage
from desktop.ui.settings.navigation import Navigation
from desktop.ui.settings.new_passphrase import NewPassphrase
from desktop.ui.settings.page import SettingsPage
from desktop.ui.settings.prompt import Answer, Prompt
from desktop.ui.settings.style import settings_stylesheet
from desktop.ui.theme import Theme

SIZE = QSize(860, 760)
SMALLEST = QSize(480, 420)
NARROW = 660
"""Pixels of width below which the list of pages is only icons."""


class SettingsWindow(QDialog):
    """Shows what it is told; open it with `open` or `show`.

    Signals: `saved` after everything was stored; the requests when the user asks to save,
    to leave, to leave without saving; `key_place_chosen` says where to keep the keys that
    are being saved, `key_place_wanted` asks for another place, `key_place_changed` names it.
    """

    saved = Signal()
    save_requested = Signal()
    leave_requested = Signal()
    discard_requested = Signal()
    key_place_chosen = Signal(KeyPlace, str)
    key_place_wanted = Signal()
    key_place_changed = Signal(KeyPlace, str)
    start_over_chosen = Signal(KeyPlace, str)
    master_key_change = Signal()
    keys_changed = Signal()

    def __init__(self, *, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("settingsWindow")
        self.setWindowTitle(self.tr("Settings") + "[*]")
        self.setAccessibleName(self.tr("Settings"))
        self.setMinimumSize(SMALLEST)
        resize_to_fit(self, SIZE)
        self._models = ModelsPage(theme=theme, icons=icons)
        self.completions, self.embeddings = self._models.completions, self._models.embeddings
        self._pages: list[SettingsPage] = []
        self._navigation = Navigation(lambda: self._pages, theme=theme, icons=icons)
        self.trouble = self._models.trouble
        self._prompt = Prompt()
        self._new_phrase = NewPassphrase(theme=theme, icons=icons)
        self._save = Button(self.tr("Save"), name="saveButton", kind="primary")
        self._cancel = Button(self.tr("Cancel"), name="cancelButton")
        self._dirty = self._saving = self._ready = self._is_narrow = False
        self._before_saving: QWidget | None = None
        self._lay_out()
        self.add_page(self._models)
        self._connect()
        self._style()
        self.set_dirty(False)
        self.set_ready(False)

    def add_page(self, page: SettingsPage) -> None:
        """Put `page` at the end of the list; whoever adds it presents it, too."""
        self._pages.append(page)
        self._stack.addWidget(page)
        order_tabs(self)
        self._navigation.refresh()

    @property
    def page_names(self) -> list[str]:
        """The names of the pages, in their order."""
        return [page.name for page in self._pages]

    def show_page(self, name: str) -> None:
        """Bring the page of that name to the front."""
        self._show_page(next(page for page in self._pages if page.name == name))

    def mark_page(self, name: str, *, dirty: bool) -> None:
        """Mark a page in the list as changed, or not."""
        self._navigation.mark(name, dirty=dirty)

    def set_ready(self, ready: bool) -> None:
        """Fields can be used once what is saved is shown."""
        was_ready, self._ready = self._ready, ready
        self._stack.setEnabled(ready and not self._saving)
        if ready and not was_ready:
            self._shown.focus_first()

    def set_dirty(self, dirty: bool) -> None:
        """Save can be pressed when something differs from what is saved."""
        self._dirty = dirty
        self.setWindowModified(dirty)
        self._offer_save()

    def set_saving(self, saving: bool) -> None:
        """While it is being saved, nothing can be typed; then the focus is where it was."""
        if saving:
            self._before_saving = self._focused()
        self._saving = saving
        self._stack.setEnabled(self._ready and not saving)
        self._cancel.setEnabled(not saving)
        self._offer_save()
        if not saving and self._before_saving is not None:
            self._before_saving.setFocus()

    def show_waiting(self) -> None:
        """Say that the keyring has not answered yet."""
        self._prompt.ask(
            self.tr("Waiting for your keyring to open…"),
            self.tr("If it asks for a password, enter it there."),
            [],
        )

    def show_key_place(self, place: str) -> None:
        """Say where keys are kept."""
        self._models.show_key_place(place)

    def show_error(self, error: ParleyError | None) -> None:
        """Show what belongs to no field; None takes it away."""
        if error is None:
            self._prompt.dismiss()
            return
        answer = ("dismissErrorButton", self.tr("Close"), None)
        self._prompt.ask(error.message, error.cure, [answer], kind="error")

    def go_to_problem(self) -> None:
        """Take the user to the first field that has a problem."""
        for page in self._pages:
            field = page.first_problem()
            if field is not None:
                self._show_page(page)
                page.go_to(field)
                return

    def ask_key_place(self, why: ParleyError) -> None:
        """Ask where to keep keys."""
        self._ask_place(why.message, self.key_place_chosen.emit)

    def ask_other_key_place(self, *, keyring: bool) -> None:
        """Ask where keys are to be kept from now on."""
        message = self.tr("Where are your keys to be kept?")
        self._ask_place(message, self.key_place_changed.emit, keyring=keyring)

    def ask_to_start_over(self, *, keyring: bool) -> None:
        """Ask whether to set the sealed keys aside, and where to keep those to come."""
        message = self.tr(
            "The saved keys are set aside, not deleted, and you enter them again. Where are "
            "those to be kept?"
        )
        self._ask_place(message, self.start_over_chosen.emit, keyring=keyring, session=False)

    def show_master_key_changed(self) -> None:
        """Say that all keys are sealed with a new master key."""
        done = self.tr("All keys are sealed with a new master key.")
        self._prompt.ask(done, "", [("dismissErrorButton", self.tr("Close"), None)])

    def show_key_trouble(self, trouble: KeyTrouble | None) -> None:
        """Say why saved keys can't be opened, and offer what helps."""
        self.trouble.show_trouble(trouble)

    def tell_keys_changed(self) -> None:
        """Tell others that keys may be opened now that could not before."""
        self.keys_changed.emit()

    def ask_discard(self) -> None:
        """Ask whether to leave without saving."""
        self._buttons.hide()
        self._prompt.ask(
            self.tr("Some changes are not saved."),
            "",
            [
                ("keepEditingButton", self.tr("Keep editing"), None),
                ("discardButton", self.tr("Discard"), self.discard_requested.emit),
                ("saveAndLeaveButton", self.tr("Save"), self.save_requested.emit),
            ],
        )

    def copy(self, text: str) -> None:
        """Put `text` on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    def finish(self, *, saved: bool) -> None:
        """Close; `saved` tells others to read the settings again."""
        if saved:
            self.saved.emit()
        self._prompt.dismiss()
        self._new_phrase.dismiss()
        self.done(self.DialogCode.Accepted if saved else self.DialogCode.Rejected)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.setObjectName("settingsPages")
        self._stack.setAccessibleName(self.tr("Settings"))
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._navigation)
        middle.addWidget(self._stack, 1)
        self._buttons = Row(None, self._cancel, self._save, name="settingsButtons", spacing=8)
        foot = Group(self._prompt, self._new_phrase, self._buttons, name="settingsFoot", spacing=12)
        foot.setContentsMargins(20, 12, 20, 14)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(HairLine())
        column.addWidget(foot)

    def _connect(self) -> None:
        self._save.clicked.connect(self.save_requested)
        self._prompt.dismissed.connect(self._buttons.show)
        self._new_phrase.dismissed.connect(self._buttons.show)
        self._cancel.clicked.connect(self.leave_requested)
        self._models.key_place_wanted.connect(self.key_place_wanted)
        self._models.master_key_wanted.connect(self._ask_for_new_master_key)
        self._navigation.page_chosen.connect(self._choose_page)
        self._navigation.found.connect(self._go_to_found)
        keys = QKeySequence.StandardKey
        QShortcut(QKeySequence(keys.Save), self, self._on_save_shortcut)
        QShortcut(QKeySequence(keys.Find), self, self._navigation.focus_search)
        QShortcut(QKeySequence("Ctrl+PgDown"), self, lambda: self._turn_page(1))
        QShortcut(QKeySequence("Ctrl+PgUp"), self, lambda: self._turn_page(-1))
        self._theme.changed.connect(self._style)

    def _ask_place(
        self,
        message: str,
        tell: Callable[[KeyPlace, str], None],
        *,
        keyring: bool = False,
        session: bool = True,
    ) -> None:
        detail = self.tr(
            "Choose where the key that protects your API keys is kept: locked with a "
            "passphrase that you enter after each start, or in a private file, which programs "
            "that run as you can read. For this session only, nothing is written down."
        )
        places: list[tuple[bool, Answer]] = [
            (
                keyring,
                ("keepInKeyringButton", self.tr("Keyring"), lambda: tell(KeyPlace.KEYRING, "")),
            ),
            (
                True,
                ("keepUnderPhraseButton", self.tr("Passphrase…"), lambda: self._ask_phrase(tell)),
            ),
            (
                True,
                (
                    "keepInFileButton",
                    self.tr("Private file"),
                    lambda: tell(KeyPlace.PRIVATE_FILE, ""),
                ),
            ),
            (
                session,
                (
                    "keepForSessionButton",
                    self.tr("This session"),
                    lambda: tell(KeyPlace.SESSION, ""),
                ),
            ),
            (True, ("keepNowhereButton", self.tr("Cancel"), None)),
        ]
        self._buttons.hide()
        self._prompt.ask(message, detail, [answer for offered, answer in places if offered])

    def _ask_phrase(self, tell: Callable[[KeyPlace, str], None]) -> None:
        self._buttons.hide()
        self._new_phrase.ask(lambda phrase: tell(KeyPlace.PHRASE, phrase))

    def _ask_for_new_master_key(self) -> None:
        self._buttons.hide()
        self._prompt.ask(
            self.tr("Seal all keys with a new master key?"),
            self.tr(
                "Do it when somebody may have seen the one in use. Backups made before keep "
                "keys that only the old one opens: after putting one back you enter them again."
            ),
            [
                ("keepMasterKeyButton", self.tr("Cancel"), None),
                ("changeMasterKeyButton", self.tr("Change it"), self.master_key_change.emit),
            ],
        )

    def _focused(self) -> QWidget | None:
        """Return what has the focus, unless it belongs to a question, which may be gone soon."""
        widget = self.focusWidget()
        stays = self._stack.isAncestorOf(widget) or self._buttons.isAncestorOf(widget)
        return widget if stays else None

    def _style(self) -> None:
        self.setStyleSheet(settings_stylesheet(self._theme.tokens))

    def _offer_save(self) -> None:
        self._save.setEnabled(self._dirty and not self._saving)

    def _on_save_shortcut(self) -> None:
        if self._save.isEnabled():
            self.save_requested.emit()

    @property
    def _shown(self) -> SettingsPage:
        return self._pages[self._stack.currentIndex()]

    def _show_page(self, page: SettingsPage) -> None:
        self._stack.setCurrentWidget(page)
        self._navigation.show_current(page)

    def _choose_page(self, page: SettingsPage) -> None:
        self._navigation.end_search()
        self._show_page(page)

    def _turn_page(self, by: int) -> None:
        self._show_page(self._pages[(self._stack.currentIndex() + by) % len(self._pages)])
        self._shown.focus_first()

    def _go_to_found(self, page: SettingsPage, widget: QWidget) -> None:
        self._choose_page(page)
        page.go_to(widget)

    def reject(self) -> None:
        """Ask the owner to leave, as Esc does; a question that stands is answered by it."""
        if self._prompt.isVisibleTo(self):
            self._prompt.dismiss()
        elif self._new_phrase.isVisibleTo(self):
            self._new_phrase.dismiss()
        else:
            self.leave_requested.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the width to the page where there is little of it."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._navigation.set_narrow(narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave only when the owner agrees."""
        event.ignore()
        self.leave_requested.emit()
