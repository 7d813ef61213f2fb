"""The dialog to export from: which conversations, in which format."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import ParleyError
from desktop.services.transfer.exporter import Format
from desktop.ui.data.progress import Progress
from desktop.ui.look import Label, WrappedLabel, named
from desktop.ui.settings.controls import Button, Row
from desktop.ui.settings.prompt import Prompt

WIDTH = 500


class ExportDialog(QDialog):
    """Implements `ExportView`.

    `export_requested` carries whether everything, whether with the trash, and the format.
    `chosen`, `count` and `in_trash` are how many conversations are chosen, how many everything
    is, and how many are in the trash.
    """

    export_requested = Signal(bool, bool, object)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "exportDialog", self.tr("Export"))
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(WIDTH)
        self._working = False
        self.chosen = self.count = self.in_trash = 0
        self._one = _choice("exportThis", self.tr("This conversation"))
        self._all = _choice("exportAll", self.tr("All conversations"))
        self._trash = named(QCheckBox(), "exportTrash", self.tr("With the trash"))
        self._formats = {
            Format.MARKDOWN: _choice("exportMarkdown", self.tr("Markdown, to read and edit")),
            Format.HTML: _choice("exportHtml", self.tr("Web page, in one file")),
            Format.PDF: _choice("exportPdf", self.tr("PDF, to print")),
            Format.JSON: _choice(
                "exportJson", self.tr("JSON, with everything; Parley can import it")
            ),
        }
        self._progress = Progress("export")
        self._prompt = Prompt()
        self._close = Button(self.tr("Close"), name="exportCloseButton")
        self._export = Button(self.tr("Export…"), name="exportButton", kind="primary")
        self._lay_out()
        self._export.clicked.connect(self._ask)
        self._close.clicked.connect(self.reject)
        self._all.toggled.connect(self._offer_trash)
        self._prompt.dismissed.connect(self._buttons.show)
        self._formats[Format.MARKDOWN].setChecked(True)

    def offer(self, title: str, chosen: int, count: int, in_trash: int) -> None:
        """Offer the `chosen` conversations, a single one by its title, and all of them."""
        self.chosen, self.count, self.in_trash = chosen, count, in_trash
        self._progress.say("")
        self._one.setEnabled(bool(chosen))
        if chosen == 1:
            self._one.setText(self.tr("“{title}”").format(title=title.replace("&", "&&")))
        elif chosen:
            self._one.setText(self.tr("The {count:,} that are selected").format(count=chosen))
        else:
            self._one.setText(self.tr("This conversation"))
        self._one.setAccessibleName(self._one.text())
        self._all.setText(self.tr("All conversations ({count:,})").format(count=count))
        self._all.setAccessibleName(self._all.text())
        words = self.tr("With those in the trash ({count:,})").format(count=in_trash)
        self._trash.setText(words)
        self._trash.setAccessibleName(words)
        self._trash.setChecked(False)
        self._trash.setVisible(bool(in_trash))
        what = self._one if chosen else self._all
        what.setChecked(True)
        what.setFocus()
        self._offer_trash()
        self._export.setEnabled(bool(count or in_trash))
        self._grow()

    def set_progress(self, done: int, total: int) -> None:
        """Show how much is done."""
        self._progress.set(done, total)

    def set_working(self, working: bool) -> None:
        """While it works, the only choice is to cancel."""
        self._working = working
        self._export.setEnabled(not working)
        self._close.set_text(self.tr("Cancel") if working else self.tr("Close"))
        if working:
            self._progress.begin()
        else:
            self._progress.end()
        self._grow()

    def show_error(self, error: ParleyError) -> None:
        """Say what failed and what to do."""
        self._buttons.hide()
        answer = ("dismissErrorButton", self.tr("Close"), None)
        self._prompt.ask(error.message, error.cure, [answer], kind="error")

    def show_done(self, message: str) -> None:
        """Say what was done."""
        self._progress.say(message)
        self._grow()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Export"), kind="name", name="exportTitle"))
        self._add_group(column, self.tr("What"), [self._one, self._all])
        below = QVBoxLayout()
        below.setContentsMargins(26, 0, 0, 0)  # below the words of what it belongs to
        below.addWidget(self._trash)
        column.addLayout(below)
        self._add_group(column, self.tr("Format"), list(self._formats.values()))
        note = self.tr(
            "Texts to read hold the branch on screen; several are put into one zip file. JSON of "
            "all conversations has your folders and presets, too. No format holds your keys."
        )
        column.addWidget(WrappedLabel(note, kind="faint", name="exportNote"))
        column.addSpacing(6)
        column.addWidget(self._progress)
        column.addWidget(self._prompt)
        self._buttons = Row(None, self._close, self._export, name="exportButtons", spacing=8)
        self._buttons.setAccessibleName(self.tr("Export"))
        column.addWidget(self._buttons)

    def _add_group(self, column: QVBoxLayout, title: str, choices: list[QRadioButton]) -> None:
        column.addSpacing(6)
        column.addWidget(Label(title, kind="title", name="groupTitle"))
        group = QButtonGroup(self)
        for choice in choices:
            group.addButton(choice)
            column.addWidget(choice)

    def _ask(self) -> None:
        chosen = next(fmt for fmt, button in self._formats.items() if button.isChecked())
        everything = self._all.isChecked()
        with_trash = everything and self._trash.isChecked()
        self.export_requested.emit(everything, with_trash, chosen)

    def _grow(self) -> None:
        """Make room for what is shown now: its lines would be cut off otherwise."""
        column = self.layout()
        if column is not None:
            column.activate()
            needed = column.totalHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))

    def _offer_trash(self) -> None:
        self._trash.setEnabled(self._all.isChecked())

    def reject(self) -> None:
        """Escape answers an error, ends what runs, or closes."""
        if self._prompt.isVisibleTo(self):
            self._prompt.dismiss()
        elif self._working:
            self.cancel_requested.emit()
        else:
            super().reject()


def _choice(name: str, text: str) -> QRadioButton:
    return named(QRadioButton(text), name, text)
