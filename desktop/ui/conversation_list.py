"""The list of conversations: mouse, keyboard and context menu."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QWidget,
)

from desktop.core.conversation import ConversationSummary
from desktop.ui.conversation_delegate import ConversationDelegate
from desktop.ui.conversation_model import ConversationListModel
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConversationList(QListView):
    """Reports what the user wants done with which conversation."""

    opened = Signal(object)
    pin_requested = Signal(object, bool)
    delete_requested = Signal(object)
    editing_finished = Signal()

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._model = ConversationListModel(self)
        self.setObjectName("conversationList")
        self.setAccessibleName(self.tr("Conversations"))
        self.setModel(self._model)
        self.setItemDelegate(ConversationDelegate(self, theme=theme, icons=icons))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.clicked.connect(self._open)
        theme.changed.connect(self._repaint)

    @property
    def conversations(self) -> ConversationListModel:
        """The rows."""
        return self._model

    @property
    def is_editing(self) -> bool:
        """Whether a title is being edited right now."""
        return self.state() == QAbstractItemView.State.EditingState

    def chosen(self) -> ConversationSummary | None:
        """Return the row the keyboard is on if the list has the focus, else the open one."""
        index = self.currentIndex() if self.hasFocus() else QModelIndex()
        if not index.isValid():
            index = self._model.index_of(self._model.open_id)
        return self._model.summary(index)

    def rename(self, summary: ConversationSummary) -> None:
        """Let the user edit a title in place."""
        index = self._model.index_of(summary.id)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def _repaint(self) -> None:
        self.viewport().update()

    def _open(self, index: QModelIndex) -> None:
        summary = self._model.summary(index)
        if summary is not None:
            self.opened.emit(summary.id)

    def menu_for(self, summary: ConversationSummary) -> QMenu:
        """Build the context menu of a conversation."""
        menu = QMenu(self)
        menu.setObjectName("conversationMenu")
        menu.setAccessibleName(self.tr("Conversation"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pin = self.tr("Unpin") if summary.pinned else self.tr("Pin")
        menu.addAction(self.tr("Open")).triggered.connect(lambda: self.opened.emit(summary.id))
        rename = menu.addAction(self.tr("Rename"))
        rename.triggered.connect(lambda: self.rename(summary))
        rename.setShortcut(QKeySequence(Qt.Key.Key_F2))
        menu.addAction(pin).triggered.connect(
            lambda: self.pin_requested.emit(summary.id, not summary.pinned)
        )
        menu.addSeparator()
        delete = menu.addAction(self.tr("Delete"))
        delete.triggered.connect(lambda: self.delete_requested.emit(summary.id))
        delete.setShortcut(QKeySequence(Qt.Key.Key_Delete))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, F2 renames, Delete deletes."""
        summary = self._model.summary(self.currentIndex())
        if summary is None:
            super().keyPressEvent(event)
        elif event.key() in _ENTER:
            self.opened.emit(summary.id)
        elif event.key() == Qt.Key.Key_F2:
            self.rename(summary)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            if not event.isAutoRepeat():
                self.delete_requested.emit(summary.id)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the row under the mouse or the keyboard."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        summary = self._model.summary(index)
        if summary is not None:
            where = self.visualRect(index).center() if by_key else event.pos()
            self.menu_for(summary).popup(self.viewport().mapToGlobal(where))

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Say that editing is over, so that rows which came meanwhile can be shown."""
        super().closeEditor(editor, hint)
        self.editing_finished.emit()
