"""A new passphrase, entered twice: nobody could tell it to one who mistyped it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.storage.key_place import SHORTEST_PHRASE
from desktop.ui.icons import Icons
from desktop.ui.look import WrappedLabel, set_kind
from desktop.ui.settings.controls import Button, LineEdit, Row
from desktop.ui.settings.field import Remark
from desktop.ui.theme import Theme


class NewPassphrase(QFrame):
    """Hidden until a passphrase is wanted; then it is given to whoever asked, or not at all."""

    dismissed = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("newPassphrase")
        self.setAccessibleName(self.tr("A new passphrase"))
        set_kind(self, "notice")
        self._tell: Callable[[str], None] | None = None
        self._before: QWidget | None = None
        self._first = self._make_edit("newPassphraseEdit", self.tr("Passphrase"))
        self._second = self._make_edit("repeatPassphraseEdit", self.tr("The same again"))
        self._problem = Remark(theme=theme, icons=icons, name="newPassphraseProblem")
        self._use = Button(self.tr("Use it"), name="usePassphraseButton", kind="primary")
        self._cancel = Button(self.tr("Cancel"), name="noPassphraseButton")
        self._use.clicked.connect(self._on_use)
        self._cancel.clicked.connect(self.dismiss)
        self._second.returnPressed.connect(self._on_use)
        for edit in (self._first, self._second):
            edit.textChanged.connect(lambda: self._problem.say(""))
        self._lay_out()
        self.hide()

    def ask(self, tell: Callable[[str], None]) -> None:
        """Show the fields; `tell` is called with what was entered."""
        self._tell = tell
        self._before = self.window().focusWidget()
        self.show()
        self._first.setFocus()

    def dismiss(self) -> None:
        """Take the fields away."""
        if self.isHidden():
            return
        for edit in (self._first, self._second):
            edit.clear()
        self._tell = None
        self.hide()
        self.dismissed.emit()
        if self._before is not None:
            self._before.setFocus()

    def _on_use(self) -> None:
        phrase, tell = self._first.text(), self._tell
        if len(phrase) < SHORTEST_PHRASE:
            self._complain(self.tr("Take at least %n letters.", "", SHORTEST_PHRASE), self._first)
        elif phrase != self._second.text():
            self._complain(self.tr("The two are not the same."), self._second)
        elif tell is not None:
            self.dismiss()
            tell(phrase)

    def _complain(self, text: str, edit: QWidget) -> None:
        self._problem.say(text, icon="circle-alert", colour="danger", kind="fieldProblem")
        edit.setFocus()

    def _make_edit(self, name: str, title: str) -> LineEdit:
        edit = LineEdit(name)
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setPlaceholderText(title)
        edit.setAccessibleName(title)
        return edit

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(
            WrappedLabel(self.tr("Choose a passphrase"), kind="strong", name="newPassphraseMessage")
        )
        column.addWidget(
            WrappedLabel(
                self.tr(
                    "Parley asks for it after each start. It is written down nowhere: without "
                    "it you enter your API keys again."
                ),
                kind="muted",
                name="newPassphraseDetail",
            )
        )
        edits = QHBoxLayout()
        edits.setSpacing(8)
        edits.addWidget(self._first)
        edits.addWidget(self._second)
        column.addLayout(edits)
        column.addWidget(self._problem)
        column.addWidget(Row(None, self._cancel, self._use, name="newPassphraseButtons", spacing=8))
