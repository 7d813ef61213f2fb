"""A connection test as it runs: one line a stage, its time, and what to do where it failed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.errors import ParleyError
from desktop.llm.diagnosis import Stage, StageName
from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel, set_kind
from desktop.ui.settings.controls import Button
from desktop.ui.settings.field import IconLabel
from desktop.ui.theme import Theme

_ICONS = {
    "running": ("loader-circle", "accent"),
    "ok": ("circle-check", "success"),
    "failed": ("circle-alert", "danger"),
    "skipped": ("ellipsis", "faint"),
}


class StageRow(QWidget):
    """One stage; a failed one has its cause and its cure below."""

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("stageRow")
        self._icon = IconLabel(theme=theme, icons=icons, size=16)
        self._name = Label(kind="strong", name="stageName")
        self._result = WrappedLabel(kind="muted", name="stageResult")
        self._time = Label(kind="faint", name="stageTime")
        self._cause = WrappedLabel(kind="danger", name="stageCause")
        self._cure = WrappedLabel(kind="muted", name="stageCure")
        self._lay_out()

    def show_stage(self, stage: Stage) -> None:
        """Show how far the stage is."""
        icon, token = _ICONS[stage.state]
        self._icon.show_icon(icon, token)
        self._name.set_text(stage.title)
        set_kind(self._name, "muted" if stage.state == "skipped" else "strong")
        self._result.set_text(stage.result)
        is_timed = stage.milliseconds is not None
        self._time.set_text(
            self.tr("%n ms", "", round(stage.milliseconds or 0)) if is_timed else ""
        )
        for label, text in ((self._cause, stage.cause), (self._cure, stage.cure)):
            label.set_text(text)
            label.setVisible(bool(text))
        words = (stage.title, stage.state, stage.result, stage.cause, stage.cure)
        self.setAccessibleName(", ".join(filter(None, words)))

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._result, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        under = QVBoxLayout()
        under.setContentsMargins(24, 0, 0, 0)
        under.setSpacing(2)
        under.addWidget(self._cause)
        under.addWidget(self._cure)
        column.addLayout(under)


class StageList(QFrame):
    """Hidden until a test begins; then it can be cancelled, and its report copied."""

    cancel_requested = Signal()
    copy_requested = Signal()

    def __init__(self, *, name: str, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self._rows: dict[StageName, StageRow] = {}
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Connection test"))
        self.setProperty("kind", "stages")
        self._problem = WrappedLabel(kind="danger", name=f"{name}Problem")
        self._cancel = Button(self.tr("Cancel test"), name=f"{name}Cancel", kind="quiet")
        self._cancel.clicked.connect(self.cancel_requested)
        self._copy = Button(self.tr("Copy report"), name=f"{name}Copy", kind="quiet")
        self._copy.clicked.connect(self.copy_requested)
        self._lay_out()
        self.hide()

    def begin(self) -> None:
        """Show an empty list."""
        for row in self._rows.values():
            self._list.removeWidget(row)
            row.deleteLater()
        self._rows.clear()
        self._problem.hide()
        self._copy.hide()
        self._cancel.show()
        self.show()

    def show_stage(self, stage: Stage) -> None:
        """Show a stage in its place."""
        row = self._rows.get(stage.name)
        if row is None:
            row = self._rows[stage.name] = StageRow(theme=self._theme, icons=self._icons)
            self._list.addWidget(row)
        row.show_stage(stage)

    def end(self, problem: ParleyError | None) -> None:
        """Show that nothing more comes."""
        if problem is not None:
            self._problem.set_text(str(problem))
        self._problem.setVisible(problem is not None)
        had_focus = self._cancel.hasFocus()
        self._cancel.hide()
        self._copy.setVisible(bool(self._rows))
        if had_focus:
            self._copy.setFocus()
        self.setVisible(bool(self._rows) or problem is not None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(8)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        column.addLayout(self._list)
        column.addWidget(self._problem)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._cancel)
        column.addLayout(buttons)
