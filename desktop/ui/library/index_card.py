"""The card that says how far search by meaning is, what it costs, and lets one steer it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from desktop.presenters.library_view import IndexView
from desktop.services.meaning.state import Speed
from desktop.ui.look import Label, WrappedLabel, named, set_kind
from desktop.ui.settings.controls import Button, blocked

_STEPS = 1000


class IndexCard(QFrame):
    """Shows an `IndexView`; says what the user wants of it."""

    action_requested = Signal()
    cancel_requested = Signal()
    history_chosen = Signal(bool)
    gentle_chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        named(self, "indexCard", self.tr("Search by meaning"))
        set_kind(self, "card")
        self._title = Label(kind="strong", name="indexTitle")
        self._detail = WrappedLabel(kind="muted", name="indexDetail")
        self._bar = named(QProgressBar(), "indexProgress", self.tr("Progress of the index"))
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._history = self._check("indexHistoryCheck", self.tr("My conversations too"))
        self._gentle = self._check("indexGentleCheck", self.tr("Work gently"))
        self._gentle.setToolTip(self.tr("Rests four times as long as it works"))
        self._cancel = Button(self.tr("Stop for good"), name="indexCancelButton", kind="quiet")
        self._action = Button("", name="indexActionButton", kind="primary")
        self._lay_out()
        self._action.clicked.connect(self.action_requested)
        self._cancel.clicked.connect(self.cancel_requested)
        self._history.toggled.connect(self.history_chosen)
        self._gentle.toggled.connect(self.gentle_chosen)

    def show_index(self, index: IndexView) -> None:
        """Show how far it is."""
        self._title.set_text(index.title)
        set_kind(self._title, "danger" if index.is_problem else "strong")
        self._detail.set_text(index.detail)
        self._bar.setVisible(index.share is not None)
        self._bar.setValue(round((index.share or 0) * _STEPS))
        self._action.set_text(index.action)
        self._action.setVisible(bool(index.action))
        self._cancel.setVisible(index.can_cancel)
        with blocked(self._history, self._gentle):
            self._history.setChecked(index.history)
            self._gentle.setChecked(index.speed is Speed.GENTLE)
        self._history.setVisible(index.has_choices)
        self._gentle.setVisible(index.has_choices)

    def _check(self, name: str, label: str) -> QCheckBox:
        return named(QCheckBox(label), name, label)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 14, 14)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self._detail)
        column.addSpacing(2)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._history)
        row.addWidget(self._gentle)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._action)
        column.addLayout(row)
