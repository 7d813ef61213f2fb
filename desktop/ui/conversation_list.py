"""The list of conversations: mouse, keyboard and context menu."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QTableView,
    QWidget,
)

from desktop.core.conversation_summary import ConversationSummary
from desktop.core.organising import Folder
from desktop.presenters.sidebar_view import PAGE
from desktop.ui.conversation_delegate import ROW, ConversationDelegate
from desktop.ui.conversation_model import ConversationListModel
from desktop.ui.icons import Icons
from desktop.ui.look import named
from desktop.ui.theme import Theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_CHOOSING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class ConversationList(QTableView):
    """Reports what the user wants done with which conversations.

    It is a table of one column: a list view would ask the model for each of a hundred
    thousand rows before the first is painted.

    `change_requested` carries a `desktop.core.changes.Change`.
    """

    opened = Signal(object)
    change_requested = Signal(object)
    duplicate_requested = Signal(object)
    statistics_requested = Signal(object)
    export_requested = Signal(object)
    editing_finished = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._model = ConversationListModel(self)
        self._folders: Sequence[Folder] = ()
        self._tags: Sequence[str] = ()
        self.setObjectName("conversationList")
        self.setAccessibleName(self.tr("Conversations"))
        self.setModel(self._model)
        self.setItemDelegate(
            ConversationDelegate(self, theme=theme, icons=icons, is_dragging=self._is_dragging)
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._set_headers()
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        theme.changed.connect(self._repaint)

    @property
    def conversations(self) -> ConversationListModel:
        """The rows."""
        return self._model

    @property
    def is_editing(self) -> bool:
        """Whether a title is being edited right now."""
        return self.state() == QAbstractItemView.State.EditingState

    def offer(self, folders: Sequence[Folder], tags: Sequence[str]) -> None:
        """Set what the context menu offers to sort into."""
        self._folders, self._tags = folders, tags

    def visible_pages(self) -> list[int]:
        """Return the numbers of the pages on screen, at least the first."""
        if not self.isVisible() or not self._model.rowCount():
            return [0]
        top = max(0, self.verticalScrollBar().value() // ROW)
        bottom = min(self._model.rowCount() - 1, top + self.viewport().height() // ROW + 1)
        return list(range(self._model.page_of(top), self._model.page_of(bottom) + 1))

    def chosen(self) -> ConversationSummary | None:
        """Return the row the keyboard is on if the list has the focus, else the open one."""
        index = self.currentIndex() if self.hasFocus() else QModelIndex()
        if not index.isValid():
            index = self._model.index_of(self._model.open_id)
        return self._model.summary(index)

    def all_chosen(self) -> list[ConversationSummary]:
        """Return what is selected if that is several and the list has the focus, else `chosen`."""
        one = self.chosen()
        selected = self._selected() if self.hasFocus() else []
        return selected if len(selected) > 1 else [one] if one else []

    def rename(self, summary: ConversationSummary) -> None:
        """Let the user edit a title in place."""
        index = self._model.index_of(summary.id)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def show_current(self, index: QModelIndex) -> None:
        """Put the keyboard on a row and select it alone."""
        if index.isValid():
            self.setCurrentIndex(index)
            self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        else:
            self.clearSelection()

    def put_on_a_row(self) -> None:
        """Put the keyboard on the open conversation or the first, where it is on none."""
        if self.currentIndex().isValid():
            return
        rows = map(self._model.index, range(min(2, self._model.rowCount())))
        first = next((row for row in rows if self._model.flags(row)), QModelIndex())
        open_one = self._model.index_of(self._model.open_id)
        self.show_current(open_one if open_one.isValid() else first)

    def menu_for(self, chosen: Sequence[ConversationSummary]) -> QMenu:
        """Build the context menu of one or several conversations."""
        # No first paint needs the menus and what is asked for in them.
        from desktop.ui.conversation_menu import ConversationMenu

        menu = ConversationMenu(self, chosen, self._folders, self._tags, self.change_requested.emit)
        if len(chosen) == 1:
            one = chosen[0]
            menu.put_first(self.tr("Open"), lambda: self.opened.emit(one.id))
            if not one.deleted:
                menu.put_first(self.tr("Rename"), lambda: self.rename(one), Qt.Key.Key_F2)
                menu.put_first(self.tr("Duplicate"), lambda: self.duplicate_requested.emit(one.id))
        ids = tuple(each.id for each in chosen)
        menu.addSeparator()
        menu.addAction(self.tr("Statistics…")).triggered.connect(
            lambda: self.statistics_requested.emit(ids)
        )
        if not any(each.deleted for each in chosen):
            menu.addAction(self.tr("Export…")).triggered.connect(
                lambda: self.export_requested.emit(ids)
            )
        return menu

    def open_menu(self) -> None:
        """Open the menu of what is chosen, beside its row."""
        chosen = self.all_chosen()
        if chosen:
            index = self._model.index_of(chosen[0].id)
            self.scrollTo(index)
            where = self.visualRect(index).center()
            self.menu_for(chosen).popup(self.viewport().mapToGlobal(where))

    def delete(self, chosen: Sequence[ConversationSummary]) -> None:
        """Ask for conversations to be deleted, or erased where they are deleted already."""
        from desktop.core.changes import Delete, Erase  # the first paint does without

        ids = tuple(each.id for each in chosen)
        if ids:
            gone = all(each.deleted for each in chosen)
            self.change_requested.emit(Erase(ids) if gone else Delete(ids))

    def _set_headers(self) -> None:
        # Asking Qt for the headers it has would cost 15 ms before the first paint.
        mode = QHeaderView.ResizeMode
        rows = named(QHeaderView(Qt.Orientation.Vertical), "rowHeader", self.tr("Rows"))
        rows.setSectionResizeMode(mode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        columns = named(QHeaderView(Qt.Orientation.Horizontal), "columnHeader", self.tr("Columns"))
        columns.setSectionResizeMode(mode.Stretch)
        self.setVerticalHeader(rows)
        self.setHorizontalHeader(columns)
        rows.hide()
        columns.hide()

    def _is_dragging(self) -> bool:
        return self.state() == QAbstractItemView.State.DraggingState

    def _repaint(self) -> None:
        self.viewport().update()

    def _selected(self) -> list[ConversationSummary]:
        ranges = _ranges(self.selectionModel().selection())
        return [summary for rows in ranges for summary in self._model.summaries(*rows)]

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Read what is selected, so that all of it can be worked on."""
        super().selectionChanged(selected, deselected)
        for first, last in _ranges(selected):
            for row in (*range(first, last, PAGE // 2), last):
                self._model.summary(self._model.index(row))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open what is clicked, unless the click chooses several."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = not event.modifiers() & _CHOOSING
        if plain and event.button() == Qt.MouseButton.LeftButton and index == self.currentIndex():
            summary = self._model.summary(index)
            if summary is not None:
                self.opened.emit(summary.id)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Let Home and End go to the first row and the last: there is but one column."""
        if action in {self.CursorAction.MoveHome, self.CursorAction.MoveEnd}:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        return super().moveCursor(action, modifiers)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the arrow keys begin at a conversation."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.put_on_a_row()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, F2 renames, Delete deletes."""
        summary = self._model.summary(self.currentIndex())
        if summary is None or self.is_editing:  # the Enter that ends the editing comes here too
            super().keyPressEvent(event)
        elif event.key() in _ENTER and not event.modifiers() & _CHOOSING:
            self.opened.emit(summary.id)
        elif event.key() == Qt.Key.Key_F2:
            self.rename(summary)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            if not event.isAutoRepeat():
                self.delete(self._selected() or [summary])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the row under the mouse or the keyboard, or of all selected."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        summary = self._model.summary(index)
        if summary is None:
            return
        selected = self._selected()
        chosen = selected if summary in selected else [summary]
        where = self.visualRect(index).center() if by_key else event.pos()
        self.menu_for(chosen).popup(self.viewport().mapToGlobal(where))

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Say that editing is over, so that rows which came meanwhile can be shown."""
        super().closeEditor(editor, hint)
        self.editing_finished.emit()


def _ranges(selection: QItemSelection) -> list[tuple[int, int]]:
    ranges = [selection.at(place) for place in range(selection.count())]
    return [(each.top(), each.bottom()) for each in ranges]
