"""What can be done with a message: its buttons, its menu, and what they ask for."""

from PySide6.QtCore import QPoint, QPointF, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.core.ids import MessageId
from desktop.ui.icons import Icons
from desktop.ui.look import named
from desktop.ui.theme import Theme
from desktop.ui.transcript.file_names import file_name_for
from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.items.block import BlockItem
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.items.table import TableItem
from desktop.ui.transcript.menu import MessageMenu, Spot
from desktop.ui.transcript.searching import Searching
from desktop.ui.transcript.selection import markdown_of
from desktop.ui.transcript.style import Style
from desktop.ui.transcript.surface import Target

DONE_MS = 1_500


class Acting(Searching):
    """A surface whose messages can be acted on.

    While `set_busy` an answer is under way, and nothing that begins another is offered.
    """

    retry_requested = Signal(object)
    edit_requested = Signal(object)
    branch_requested = Signal(object)
    continue_requested = Signal(object)
    delete_requested = Signal(object)
    sibling_requested = Signal(object, int)
    quote_requested = Signal(str)
    similar_requested = Signal(object)
    save_requested = Signal(str, str)
    """Where to, and the text."""
    settings_requested = Signal()
    passage_requested = Signal(object, int)

    def __init__(
        self, theme: Theme, style: Style, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, style, icons, parent)
        self._is_busy = False
        self._done_timer = QTimer(self, singleShot=True, interval=DONE_MS)
        self._done_timer.timeout.connect(self._forget_done)
        self.pressed.connect(self._perform)
        self.cited.connect(self._show_passage)

    @property
    def is_busy(self) -> bool:
        """Tell whether an answer is under way."""
        return self._is_busy

    def set_busy(self, busy: bool) -> None:
        """Note whether an answer is under way."""
        self._is_busy = busy

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the message under the mouse, or with the focus."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._open_menu_for_keyboard()
            return
        point = QPointF(event.pos())
        under = self.place_under(point)
        if under is not None:
            place, _ = under
            link = self.link_at(point)
            spot = Spot(place.message, place.index, link.href if link else "")
            self._open_menu(spot, event.globalPos())

    def copy_text(self, text: str) -> None:
        """Put text on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    def block_text(self, spot: Spot) -> str:
        """Return the code, or the table with tabs between its cells, at a place."""
        items = self._pieces(spot.message, spot.index)
        return "".join(item.plain_content(self._typesetter) for item in items)

    def block_markdown(self, spot: Spot) -> str:
        """Return the Markdown of the block at a place."""
        return markdown_of(self._pieces(spot.message, spot.index), self._source_of(spot.message))

    def message_text(self, message: int) -> str:
        """Return what is said in a message, without Markdown."""
        return self._layout.entry(message).plain_text()

    def ask_where_to_save(self, spot: Spot) -> None:
        """Let the user choose a file for the code at a place; the window goes on meanwhile."""
        first = self._pieces(spot.message, spot.index)[0]
        language = first.block.language if isinstance(first, CodeItem) else ""
        text, title = self.block_text(spot), self.tr("Save the code")
        dialog = named(QFileDialog(self, title), "saveCodeDialog", title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file_name_for(language))

        def save(path: str) -> None:
            self.save_requested.emit(path, text)

        dialog.fileSelected.connect(save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _pieces(self, message: int, index: int) -> list[BlockItem]:
        """Return all pieces of the block that an item belongs to."""
        items = self._layout.entry(message).items
        while (item := items[index]) and isinstance(item, BlockItem) and item.spec.block.continued:
            index -= 1
        pieces: list[BlockItem] = []
        for item in items[index:]:
            if not isinstance(item, BlockItem) or (pieces and not item.spec.block.continued):
                break
            pieces.append(item)
        return pieces

    def _show_passage(self, message: int, number: int) -> None:
        cited = self._messages.get(message)
        if cited is not None:
            self.passage_requested.emit(cited.id, number)

    def _perform(self, target: Target) -> None:
        message = self._messages.get(target.message)
        if message is None:
            return
        match target.kind:
            case ActionKind.COPY_CODE | ActionKind.COPY_TABLE:
                self._copy_done(target, self.block_text(Spot(target.message, target.index)))
            case ActionKind.COPY_MESSAGE:
                self._copy_done(target, message.text)
            case ActionKind.SETTINGS:
                self.settings_requested.emit()
            case ActionKind.REASONING:
                self._toggle_reasoning(target.message)
            case ActionKind.WRAP_CODE:
                self._toggle_wrapping(target)
            case ActionKind.SAVE_CODE:
                self.ask_where_to_save(Spot(target.message, target.index))
            case ActionKind.MORE:
                self._open_menu_below(target)
            case _:
                self._ask(target.kind, message.id)

    def _ask(self, kind: ActionKind, message_id: MessageId) -> None:
        """Ask for what needs the database or the model."""
        match kind:
            case ActionKind.EDIT:
                self.edit_requested.emit(message_id)
            case ActionKind.BRANCH:
                self.branch_requested.emit(message_id)
            case ActionKind.CONTINUE:
                self.continue_requested.emit(message_id)
            case ActionKind.OLDER:
                self.sibling_requested.emit(message_id, -1)
            case ActionKind.SOURCES:
                self.passage_requested.emit(message_id, 1)
            case ActionKind.NEWER:
                self.sibling_requested.emit(message_id, 1)
            case _:
                self.retry_requested.emit(message_id)

    def _toggle_reasoning(self, message: int) -> None:
        self.set_following(False)
        self._layout.entry(message).toggle_reasoning()
        self._layout.update(message)
        self._finder.look_again(message)
        self.arrange()

    def _toggle_wrapping(self, target: Target) -> None:
        self.set_following(False)
        pieces = self._pieces(target.message, target.index)
        if isinstance(pieces[0], CodeItem):  # all pieces share how they scroll and wrap
            pieces[0].sideways.wraps = not pieces[0].sideways.wraps
        for item in pieces:
            item.release()
        self.arrange()
        self.repaint_all()

    def _copy_done(self, target: Target, text: str) -> None:
        self.copy_text(text)
        self._done = target
        self._done_timer.start()
        self.viewport().update()

    def _forget_done(self) -> None:
        self._done = None
        self.viewport().update()

    def _open_menu_below(self, target: Target) -> None:
        rect = next(
            action.rect
            for action in self._layout.entry(target.message).items[target.index].actions()
            if action.kind is target.kind
        )
        top = self._layout.top_of(target.message, target.index)
        top -= self.verticalScrollBar().value()
        corner = QPointF(self.column_left, top) + rect.bottomLeft()
        self._open_menu(Spot(target.message), self.viewport().mapToGlobal(corner.toPoint()))

    def _open_menu_for_keyboard(self) -> None:
        if self._focused is not None:
            self._open_menu_below(self._focused)
            return
        place = self._layout.place_at(self.verticalScrollBar().value() + self.viewport().height())
        if place is not None:
            corner = self.viewport().mapToGlobal(QPoint(self.column_left, self.height() // 2))
            self._open_menu(Spot(place.message), corner)

    def _open_menu(self, spot: Spot, at: QPoint) -> None:
        message = self._messages.get(spot.message)
        if message is None:
            return
        item = self._layout.entry(spot.message).items[spot.index] if spot.index >= 0 else None
        menu = MessageMenu(self, spot, message)
        menu.offer(
            is_code=isinstance(item, CodeItem),
            is_table=isinstance(item, TableItem),
            is_last=spot.message == len(self._messages) - 1,
        )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)
