"""How much was said, as a table."""

from datetime import datetime

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from desktop.core.statistics import Statistics
from desktop.ui.look import HairLine, Label, named

WIDTH = 420


class StatisticsDialog(QDialog):
    """Shows counts; `whole` says that they are of all conversations."""

    def __init__(self, parent: QWidget, statistics: Statistics, *, whole: bool) -> None:
        super().__init__(parent)
        title = self.tr("All conversations") if whole else self.tr("Statistics")
        named(self, "statisticsDialog", title)
        self.setWindowTitle(self.tr("Statistics"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(Label(title, kind="title", name="statisticsTitle"))
        column.addLayout(self._totals(statistics))
        if statistics.models:
            column.addWidget(HairLine())
            column.addLayout(self._models(statistics))
        box = named(QDialogButtonBox(QDialogButtonBox.StandardButton.Close), "buttons", "")
        close = box.button(QDialogButtonBox.StandardButton.Close)
        named(close, "closeButton", close.text().replace("&", ""))
        box.rejected.connect(self.reject)
        column.addWidget(box)

    def _totals(self, of: Statistics) -> QGridLayout:
        days = f"{_day(of.first)}\N{EN DASH}{_day(of.last)}" if of.first and of.last else "-"
        rows = (
            (self.tr("Conversations"), _number(of.conversations)),
            (self.tr("Your messages"), _number(of.questions)),
            (self.tr("Answers"), _number(of.answers)),
            (self.tr("Characters"), _number(of.characters)),
            (self.tr("From\N{EN DASH}to"), days),
        )
        return _grid([(name, (value,)) for name, value in rows])

    def _models(self, of: Statistics) -> QGridLayout:
        head = (self.tr("Answers"), self.tr("Tokens in"), self.tr("Tokens out"))
        rows = [
            (
                share.model,
                (
                    _number(share.answers),
                    _number(share.input_tokens),
                    _number(share.output_tokens),
                ),
            )
            for share in of.models
        ]
        return _grid([(self.tr("Model"), head), *rows])


def _grid(rows: list[tuple[str, tuple[str, ...]]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(7)
    grid.setColumnStretch(0, 1)
    for row, (name, values) in enumerate(rows):
        grid.addWidget(Label(name, kind="muted", name="statisticsName"), row, 0)
        for column, value in enumerate(values, 1):
            cell = Label(value, name="statisticsValue")
            cell.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(cell, row, column)
    return grid


def _number(value: int) -> str:
    return QLocale().toString(value)


def _day(moment: datetime) -> str:
    local = moment.astimezone()
    return QLocale().toString(QDate(local.year, local.month, local.day), "d MMM yyyy")
