"""The settings window: one page with a card for each section, Save and Cancel below it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import ParleyError
from desktop.storage.key_place import KeyPlace
from desktop.ui.icons import Icons
from desktop.ui.look import HairLine, set_kind
from desktop.ui.settings.completions_section import CompletionsSection
from desktop.ui.settings.controls import Button, Group, Row, order_tabs
from desktop.ui.settings.embeddings_section import EmbeddingsSection
from desktop.ui.settings.field import Field, Remark
from desktop.ui.settings.prompt import Answer, Prompt
from desktop.ui.settings.style import settings_stylesheet
from desktop.ui.theme import Theme

SIZE = QSize(620, 760)
COLUMN = 680
"""The cards' greatest width: longer lines are harder to read."""
SMALLEST = QSize(480, 420)


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
    key_place_chosen = Signal(KeyPlace)
    key_place_wanted = Signal()
    key_place_changed = Signal(KeyPlace)

    def __init__(self, *, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("settingsWindow")
        self.setWindowTitle(self.tr("Settings") + "[*]")
        self.setAccessibleName(self.tr("Settings"))
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self.completions = CompletionsSection(theme=theme, icons=icons)
        self.embeddings = EmbeddingsSection(theme=theme, icons=icons)
        self._key_place = Remark(theme=theme, icons=icons, name="keyPlace")
        self._change_place = Button(self.tr("Change…"), name="changeKeyPlaceButton", kind="link")
        self._change_place.setAccessibleName(self.tr("Change where keys are kept"))
        self._prompt = Prompt()
        self._save = Button(self.tr("Save"), name="saveButton", kind="primary")
        self._cancel = Button(self.tr("Cancel"), name="cancelButton")
        self._dirty = self._saving = self._ready = False
        self._before_saving: QWidget | None = None
        self._lay_out()
        order_tabs(self)
        self._connect()
        self._style()
        self.set_dirty(False)
        self.set_ready(False)

    def set_ready(self, ready: bool) -> None:
        """Fields can be used once what is saved is shown."""
        was_ready, self._ready = self._ready, ready
        self._page.setEnabled(ready and not self._saving)
        if ready and not was_ready:
            self.completions.focus_first()

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
        self._page.setEnabled(self._ready and not saving)
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
        if place.startswith("in "):
            text = self.tr("Keys are stored encrypted. What opens them is kept {place}.")
        elif place:
            text = self.tr("Keys are kept {place}.")
        else:
            text = self.tr("Keys are encrypted before they are stored.")
        self._key_place.say(text.format(place=place), icon="lock")

    def show_error(self, error: ParleyError | None) -> None:
        """Show what belongs to no field; None takes it away."""
        if error is None:
            self._prompt.dismiss()
            return
        answer = ("dismissErrorButton", self.tr("Close"), None)
        self._prompt.ask(error.message, error.cure, [answer], kind="error")

    def go_to_problem(self) -> None:
        """Take the user to the first field that has a problem."""
        for section in (self.completions, self.embeddings):
            for field in section.fields().values():
                if field.problem:
                    self._go_to(field)
                    return

    def ask_key_place(self, why: ParleyError) -> None:
        """Ask where to keep keys."""
        self._ask_place(why.message, self.key_place_chosen.emit)

    def ask_other_key_place(self, *, keyring: bool) -> None:
        """Ask where keys are to be kept from now on."""
        message = self.tr("Where are your keys to be kept?")
        self._ask_place(message, self.key_place_changed.emit, keyring=keyring)

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
        self.done(self.DialogCode.Accepted if saved else self.DialogCode.Rejected)

    def _lay_out(self) -> None:
        self._page = QWidget()
        self._page.setObjectName("settingsPage")
        set_kind(self._page, "page")
        place = Row(self._key_place, self._change_place, name="keyPlaceRow", spacing=8)
        cards = Group(self.completions, self.embeddings, place, name="settingsCards", spacing=16)
        cards.setMaximumWidth(COLUMN)
        middle = QHBoxLayout(self._page)
        middle.setContentsMargins(20, 20, 20, 20)
        middle.addWidget(cards, 1, Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("settingsScroll")
        self._scroll.setAccessibleName(self.tr("Settings"))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(HairLine())
        self._buttons = Row(None, self._cancel, self._save, name="settingsButtons", spacing=8)
        foot = Group(self._prompt, self._buttons, name="settingsFoot", spacing=12)
        foot.setContentsMargins(20, 12, 20, 14)
        column.addWidget(foot)

    def _connect(self) -> None:
        self._save.clicked.connect(self.save_requested)
        self._prompt.dismissed.connect(self._buttons.show)
        self._cancel.clicked.connect(self.leave_requested)
        self._change_place.clicked.connect(self.key_place_wanted)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._on_save_shortcut)
        self._theme.changed.connect(self._style)

    def _ask_place(
        self, message: str, tell: Callable[[KeyPlace], None], *, keyring: bool = False
    ) -> None:
        detail = self.tr(
            "Choose where the key that protects your API keys is kept. In a private file, "
            "programs that run as you can read it. For this session only, nothing is "
            "written down and you enter your API keys again after the next start."
        )
        in_keyring = (
            "keepInKeyringButton",
            self.tr("Keyring"),
            lambda: tell(KeyPlace.KEYRING),
        )
        answers: list[Answer] = [
            (
                "keepInFileButton",
                self.tr("Private file"),
                lambda: tell(KeyPlace.PRIVATE_FILE),
            ),
            (
                "keepForSessionButton",
                self.tr("This session"),
                lambda: tell(KeyPlace.SESSION),
            ),
            ("keepNowhereButton", self.tr("Cancel"), None),
        ]
        self._buttons.hide()
        self._prompt.ask(message, detail, [in_keyring, *answers] if keyring else answers)

    def _focused(self) -> QWidget | None:
        """Return what has the focus, unless it belongs to a question, which may be gone soon."""
        widget = self.focusWidget()
        stays = self._page.isAncestorOf(widget) or self._buttons.isAncestorOf(widget)
        return widget if stays else None

    def _style(self) -> None:
        self.setStyleSheet(settings_stylesheet(self._theme.tokens))

    def _offer_save(self) -> None:
        self._save.setEnabled(self._dirty and not self._saving)

    def _on_save_shortcut(self) -> None:
        if self._save.isEnabled():
            self.save_requested.emit()

    def _go_to(self, field: Field) -> None:
        field.control.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(field)

    def reject(self) -> None:
        """Ask the owner to leave, as Esc does; a question that stands is answered by it."""
        if self._prompt.isVisibleTo(self):
            self._prompt.dismiss()
        else:
            self.leave_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave only when the owner agrees."""
        event.ignore()
        self.leave_requested.emit()
