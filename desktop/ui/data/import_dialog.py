"""The dialog that shows what a file holds and puts it in."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHeaderView,
    QPlainTextEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop.core.errors import ParleyError
from desktop.core.extras import NO_EXTRAS, Extras
from desktop.presenters.transfer import extras_in_words, in_words, lines
from desktop.services.transfer.importer import Preview, Report
from desktop.services.transfer.model import Skipped
from desktop.ui.data.candidates import CandidateModel
from desktop.ui.data.progress import Progress
from desktop.ui.look import Label, WrappedLabel, named
from desktop.ui.settings.controls import Button, Row
from desktop.ui.settings.prompt import Prompt

SIZE = (680, 580)
_SKIPPED_HEIGHT = 96


class ImportDialog(QDialog):
    """Implements `ImportView`.

    `import_requested` carries the ids that are checked, and whether presets and folders come
    along.
    """

    import_requested = Signal(object, bool)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "importDialog", self.tr("Import"))
        self.setWindowTitle(self.tr("Import"))
        self.resize(*SIZE)
        self._working = False
        self._candidates = CandidateModel()
        self._summary = WrappedLabel(kind="muted", name="importSummary")
        self._list = self._make_list()
        self._all = Button(self.tr("All"), name="chooseAllButton", kind="quiet")
        self._none = Button(self.tr("None"), name="chooseNoneButton", kind="quiet")
        self._extras = named(QCheckBox(), "importExtras", self.tr("Presets and folders"))
        self._skipped_title = Label(
            self.tr("What is left out"), kind="title", name="importSkippedTitle"
        )
        self._skipped = named(QPlainTextEdit(), "importSkipped", self.tr("What is left out"))
        self._skipped.setReadOnly(True)
        self._skipped.setTabChangesFocus(True)
        self._skipped.setFixedHeight(_SKIPPED_HEIGHT)
        self._progress = Progress("import")
        self._prompt = Prompt()
        self._close = Button(self.tr("Close"), name="importCloseButton")
        self._import = Button(self.tr("Import"), name="importButton", kind="primary")
        self._lay_out()
        self._connect()

    def begin(self, name: str) -> None:
        """Say that a file is being looked into."""
        self._prompt.dismiss()
        self._candidates.show(())
        self._show_extras(NO_EXTRAS)
        self._show_skipped(())
        self._progress.say("")
        self._summary.set_text(self.tr("Looking into {name}…").format(name=name))
        self._offer()

    def show_preview(self, preview: Preview) -> None:
        """List what could be put in; what is new is checked, what has grown too."""
        self._candidates.show(preview.candidates)
        self._summary.set_text(self._summary_of(preview))
        self._show_extras(preview.extras)
        self._show_skipped(preview.skipped)
        self._offer()
        self._focus_next_step()

    def show_report(self, report: Report) -> None:
        """Say what was put in and what was not."""
        self._candidates.choose_all(False)
        self._extras.setChecked(False)
        self._progress.say(in_words(report))
        self._offer()

    def set_progress(self, done: int, total: int) -> None:
        """Show how much is done."""
        self._progress.set(done, total)

    def set_working(self, working: bool) -> None:
        """While it works, the only choice is to cancel."""
        self._working = working
        self._close.set_text(self.tr("Cancel") if working else self.tr("Close"))
        self._list.setEnabled(not working)
        self._extras.setEnabled(not working)
        if working:
            self._progress.begin()
        else:
            self._progress.end()
        self._offer()
        if not working:
            self._focus_next_step()

    def show_done(self, message: str) -> None:
        """Say what was done."""
        self._progress.say(message)

    def show_error(self, error: ParleyError) -> None:
        """Say what failed and what to do."""
        self._buttons.hide()
        answer = ("dismissErrorButton", self.tr("Close"), None)
        self._prompt.ask(error.message, error.cure, [answer], kind="error")

    def _make_list(self) -> QTreeView:
        shown = named(QTreeView(), "importList", self.tr("Conversations"))
        shown.setModel(self._candidates)
        shown.setRootIsDecorated(False)
        shown.setUniformRowHeights(True)
        shown.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = named(shown.header(), "importHeader", self.tr("Columns"))
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 110), (2, 90), (3, 140)):
            header.resizeSection(column, width)
        return shown

    def _lay_out(self) -> None:
        note = self.tr(
            "A copy of what is here is made first. What is here already stays as it is; "
            "conversations that have grown get what is new."
        )
        choose = Row(None, self._all, self._none, name="chooseButtons")
        choose.setAccessibleName(self.tr("Choose"))
        self._buttons = Row(None, self._close, self._import, name="importButtons", spacing=8)
        self._buttons.setAccessibleName(self.tr("Import"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(8)
        column.addWidget(Label(self.tr("Import"), kind="name", name="importTitle"))
        column.addWidget(self._summary)
        column.addWidget(self._list, 1)
        column.addWidget(choose)
        column.addWidget(self._extras)
        for widget in (self._skipped_title, self._skipped):
            column.addWidget(widget)
        column.addWidget(WrappedLabel(note, kind="faint", name="importNote"))
        for widget in (self._progress, self._prompt, self._buttons):
            column.addWidget(widget)

    def _connect(self) -> None:
        self._import.clicked.connect(self._ask)
        self._extras.toggled.connect(self._offer)
        self._close.clicked.connect(self.reject)
        self._all.clicked.connect(lambda: self._candidates.choose_all(True))
        self._none.clicked.connect(lambda: self._candidates.choose_all(False))
        self._candidates.dataChanged.connect(self._offer)
        self._candidates.modelReset.connect(self._offer)
        self._prompt.dismissed.connect(self._buttons.show)

    def _focus_next_step(self) -> None:
        anything = self._candidates.chosen or self._extras.isChecked()
        (self._list if anything else self._close).setFocus()

    def _summary_of(self, preview: Preview) -> str:
        count = len(preview.candidates)
        new = sum(not each.is_known for each in preview.candidates)
        words = self.tr("{name} holds {count:,} conversations of {kind}, {new:,} of them new.")
        if count == 1 and new:
            words = self.tr("{name} holds one conversation of {kind}, which is new.")
        elif count == 1:
            words = self.tr("{name} holds one conversation of {kind}, which is here already.")
        elif not count:
            words = self.tr("{name} holds no conversations.")
        name, kind = preview.path.name, preview.kind or ""
        return words.format(name=name, count=count, kind=kind, new=new)

    def _ask(self) -> None:
        self.import_requested.emit(self._candidates.chosen, self._extras.isChecked())

    def _show_extras(self, extras: Extras) -> None:
        words = self.tr("With {what}").format(what=extras_in_words(extras))
        self._extras.setText(words)
        self._extras.setAccessibleName(words)
        self._extras.setChecked(bool(extras))
        self._extras.setVisible(bool(extras))

    def _show_skipped(self, skipped: tuple[Skipped, ...]) -> None:
        for widget in (self._skipped_title, self._skipped):
            widget.setVisible(bool(skipped))
        self._skipped.setPlainText("\n".join(lines(skipped)))

    def _offer(self) -> None:
        count = len(self._candidates.chosen)
        anything = count or self._extras.isChecked()
        self._import.setEnabled(bool(anything) and not self._working)
        self._import.set_text(self.tr("Import {count:,}").format(count=count))
        for button in (self._all, self._none):
            button.setEnabled(bool(self._candidates.rowCount()) and not self._working)

    def reject(self) -> None:
        """Escape answers an error, ends what runs, or closes."""
        if self._prompt.isVisibleTo(self):
            self._prompt.dismiss()
        elif self._working:
            self.cancel_requested.emit()
        else:
            super().reject()
