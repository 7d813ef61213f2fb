"""The quick switcher over the window: type a few letters, press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.presenters.switcher import Choice
from desktop.ui.fonts import text_font
from desktop.ui.icons import Icons
from desktop.ui.look import HairLine, named
from desktop.ui.theme import Theme
from desktop.ui.tokens import CHROME_PX, RADIUS

WIDTH = 560
ROW = 38
ROWS = 10
_ICONS = {
    "conversation": "message-square",
    "command": "chevron-right",
    "setting": "settings",
    "search": "search",
}
_CHOICE = Qt.ItemDataRole.UserRole
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: ROWS,
    Qt.Key.Key_PageUp: -ROWS,
}


class Switcher(QDialog):
    """Implements `SwitcherView`; emits `text_changed` for every key."""

    text_changed = Signal(str)

    def __init__(self, parent: QWidget, *, theme: Theme, icons: Icons) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        named(self, "switcher", self.tr("Quick switcher"))
        self._first = 0  # the row of the first choice: what says that there is none is none
        self._edit = named(_Edit(), "switcherEdit", self.tr("Go to"))
        self._edit.setPlaceholderText(self.tr("Go to a conversation, command or setting"))
        self._edit.setProperty("kind", "bare")
        self._list = named(QListWidget(), "switcherList", self.tr("Choices"))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setItemDelegate(_ChoiceDelegate(self._list, theme, icons))
        self._list.setFixedHeight(ROWS * ROW)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._edit)
        column.addWidget(HairLine())
        column.addWidget(self._list)
        self.setFixedWidth(min(WIDTH, parent.width() - 40))
        self._edit.textChanged.connect(self.text_changed)
        self._edit.moved.connect(self._move)
        self._edit.returnPressed.connect(self._act)
        self._list.itemClicked.connect(self._act_on)

    def open_over(self, parent: QWidget) -> None:
        """Show the switcher, empty, in the upper middle of the window."""
        self._edit.clear()
        self._list.clear()
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 70)
        self.show()
        self._edit.setFocus()
        self.text_changed.emit("")

    def show_choices(self, text: str, choices: Sequence[Choice]) -> None:
        """List `choices`, unless something else was typed meanwhile."""
        if text != self._edit.text():
            return
        self._list.clear()
        for choice in choices:
            item = QListWidgetItem(choice.title)
            item.setData(_CHOICE, choice)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{choice.title} {choice.detail}".strip()
            )
            if choice.kind == "nothing":
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._first = sum(choice.kind == "nothing" for choice in choices)
        self._list.setCurrentRow(self._first)
        self._list.setFixedHeight(max(1, min(ROWS, len(choices))) * ROW)
        self.adjustSize()

    def _move(self, distance: int) -> None:
        last = self._list.count() - 1
        self._list.setCurrentRow(max(self._first, min(last, self._list.currentRow() + distance)))

    def _act(self) -> None:
        if self._list.currentRow() >= 0:
            self._act_on(self._list.currentItem())

    def _act_on(self, item: QListWidgetItem) -> None:
        choice: object = item.data(_CHOICE)
        if isinstance(choice, Choice) and choice.kind != "nothing":
            self.accept()
            choice.act()


class _Edit(QLineEdit):
    """Leaves the keys that move to the list."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice; write everything else."""
        distance = _MOVES.get(Qt.Key(event.key()))
        if distance is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(distance)


class _ChoiceDelegate(QStyledItemDelegate):
    """Paints icon, title and keys."""

    def __init__(self, view: QListWidget, theme: Theme, icons: Icons) -> None:
        super().__init__(view)
        self._view, self._theme, self._icons = view, theme, icons

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All choices are equally high."""
        return QSize(0, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one choice."""
        choice: object = index.data(_CHOICE)
        if not isinstance(choice, Choice):
            return
        tokens = self._theme.tokens
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == self._view.currentRow():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 1, -2, -1), RADIUS, RADIUS)
        size = 16
        dpr = painter.device().devicePixelRatio()
        if name := _ICONS.get(choice.kind):
            icon = self._icons.pixmap(name, tokens.muted, size, dpr)
            top = rect.center().y() - size / 2 + 0.5
            place = QRectF(rect.left() + 12, top, size, size)
            painter.drawPixmap(place, icon, QRectF(icon.rect()))
        words = rect.adjusted(40, 0, -14, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(text_font(CHROME_PX))
        painter.setPen(QColor(tokens.faint))
        painter.drawText(words, middle | Qt.AlignmentFlag.AlignRight, choice.detail)
        room = words.width() - painter.fontMetrics().horizontalAdvance(choice.detail) - 12
        painter.setPen(QColor(tokens.text if name else tokens.faint))
        title = painter.fontMetrics().elidedText(choice.title, Qt.TextElideMode.ElideRight, room)
        flags = middle | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(words, flags, title)
        painter.restore()
