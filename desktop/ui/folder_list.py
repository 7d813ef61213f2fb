"""The folders above the conversations: to look into, and to drop conversations on."""

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from desktop.core.ids import ConversationId
from desktop.core.organising import Folder, Listing, Place
from desktop.ui.conversation_delegate import MARGIN, MARK, PADDING, ROW
from desktop.ui.conversation_model import MIME_TYPE
from desktop.ui.fonts import text_font
from desktop.ui.icons import Icons
from desktop.ui.look import named, tooltip
from desktop.ui.theme import Theme
from desktop.ui.tokens import CHROME_PX, RADIUS

MAX_ROWS = 6
_FOLDER = Qt.ItemDataRole.UserRole
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class FolderList(QListWidget):
    """Hidden while there are no folders.

    `change_requested` carries a `desktop.core.changes.Change`, `listing_requested` a
    `Listing`.
    """

    listing_requested = Signal(object)
    change_requested = Signal(object)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        named(self, "folderList", self.tr("Folders"))
        self._listing = Listing()
        self.target = -1  # the row that something is dragged over
        self.setItemDelegate(_FolderDelegate(self, theme, icons))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.itemClicked.connect(self._open)
        theme.changed.connect(self._repaint)
        self.hide()

    def show_folders(self, folders: Sequence[Folder], listing: Listing) -> None:
        """Replace the rows and mark the folder that is listed."""
        self._listing = listing
        row = self.currentRow()
        self.clear()
        for folder in folders:
            item = QListWidgetItem(folder.name)
            item.setData(_FOLDER, folder)
            many = self.tr("{0} conversations").format(folder.count)
            count = self.tr("one conversation") if folder.count == 1 else many
            item.setToolTip(tooltip(folder.name))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{folder.name}, {count}")
            self.addItem(item)
        self.setCurrentRow(min(row, len(folders) - 1))
        self.setFixedHeight(min(len(folders), MAX_ROWS) * ROW)
        self.setVisible(bool(folders))

    def folder(self, row: int) -> Folder | None:
        """Return the folder in a row."""
        found: object = self.item(row).data(_FOLDER) if 0 <= row < self.count() else None
        return found if isinstance(found, Folder) else None

    def is_listed(self, folder: Folder) -> bool:
        """Tell whether the list below shows this folder only."""
        return self._listing.folder_id == folder.id

    def menu_for(self, folder: Folder) -> QMenu:
        """Build the context menu of a folder."""
        from desktop.core.changes import RemoveFolder  # the first paint does without

        menu = named(QMenu(self), "folderContextMenu", self.tr("Folder"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename…")).triggered.connect(lambda: self._rename(folder))
        menu.addAction(self.tr("Remove folder")).triggered.connect(
            lambda: self.change_requested.emit(RemoveFolder(folder.id))
        )
        return menu

    def _open(self, item: QListWidgetItem) -> None:
        folder = self.folder(self.row(item))
        if folder is None:
            return
        listing = Listing(place=Place.FOLDER, folder_id=folder.id, name=folder.name)
        self.listing_requested.emit(Listing() if self.is_listed(folder) else listing)

    def _rename(self, folder: Folder) -> None:
        # The first paint does without these.
        from desktop.core.changes import RenameFolder
        from desktop.ui.name_dialog import NameDialog

        def rename(name: str) -> None:
            self.change_requested.emit(RenameFolder(folder.id, name))

        NameDialog(
            self.window(),
            self.tr("Rename folder"),
            self.tr("Rename"),
            rename,
            name=folder.name,
        ).open()

    def _repaint(self) -> None:
        self.viewport().update()

    def _aim(self, row: int) -> None:
        self.target = row
        self._repaint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter looks into a folder, F2 renames it."""
        item = self.currentItem()
        folder = self.folder(self.currentRow())
        if folder is not None and event.key() in _ENTER:
            self._open(item)
        elif folder is not None and event.key() == Qt.Key.Key_F2:
            self._rename(folder)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of a folder."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        folder = self.folder(index.row())
        if folder is not None:
            where = self.visualRect(index).center() if by_key else event.pos()
            self.menu_for(folder).popup(self.viewport().mapToGlobal(where))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take conversations."""
        event.setAccepted(event.mimeData().hasFormat(MIME_TYPE))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where they would go."""
        self._aim(self.indexAt(event.position().toPoint()).row())
        event.setAccepted(self.target >= 0)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Aim at nothing."""
        self._aim(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Move what was dropped."""
        folder = self.folder(self.indexAt(event.position().toPoint()).row())
        self._aim(-1)
        lines = bytes(event.mimeData().data(MIME_TYPE).data()).decode("ascii", "ignore").split()
        if folder is not None and lines:
            from desktop.core.changes import Move  # the first paint does without

            event.acceptProposedAction()
            ids = tuple(ConversationId(UUID(line)) for line in lines)
            self.change_requested.emit(Move(ids, folder.id))


class _FolderDelegate(QStyledItemDelegate):
    """Paints a folder's icon, name and count."""

    def __init__(self, view: FolderList, theme: Theme, icons: Icons) -> None:
        super().__init__(view)
        self._view, self._theme, self._icons = view, theme, icons

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Be as high as a conversation."""
        return QSize(0, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one folder."""
        folder = self._view.folder(index.row())
        if folder is None:
            return
        tokens = self._theme.tokens
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QRectF(rect).adjusted(MARGIN, 1, -MARGIN, -1)
        ground = self._ground(folder, index)
        if ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(shape, RADIUS, RADIUS)
        dpr = painter.device().devicePixelRatio()
        icon = self._icons.pixmap("folder", tokens.muted, MARK, dpr)
        left = rect.left() + MARGIN + PADDING
        top = rect.center().y() - MARK / 2 + 0.5
        painter.drawPixmap(QRectF(left, top, MARK, MARK), icon, QRectF(icon.rect()))
        words = rect.adjusted(MARGIN + PADDING + MARK + 9, 0, -MARGIN - PADDING, 0)
        painter.setFont(text_font(CHROME_PX))
        painter.setPen(QColor(tokens.faint))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, middle | Qt.AlignmentFlag.AlignRight, str(folder.count))
        painter.setPen(QColor(tokens.text))
        name = painter.fontMetrics().elidedText(
            folder.name, Qt.TextElideMode.ElideRight, words.width() - 40
        )
        flags = middle | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(words, flags, name)
        painter.restore()

    def _ground(self, folder: Folder, index: QModelIndex | QPersistentModelIndex) -> str:
        tokens = self._theme.tokens
        if index.row() == self._view.target:
            return tokens.accent_soft
        if self._view.is_listed(folder):
            return tokens.selected
        on_it = self._view.hasFocus() and index.row() == self._view.currentRow()
        return tokens.hover if on_it else ""
