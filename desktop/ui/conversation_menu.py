"""The context menu of one or several conversations."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.changes import AddFolder, Archive, Change, Delete, Erase, Move, Pin, Restore, Tag
from desktop.core.conversation_summary import ConversationSummary
from desktop.core.organising import Folder
from desktop.ui.name_dialog import NameDialog

Ask = Callable[[Change], object]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ConversationMenu", text)


class ConversationMenu(QMenu):
    """Says what is to be done with `chosen` by calling `ask`."""

    def __init__(
        self,
        parent: QWidget,
        chosen: Sequence[ConversationSummary],
        folders: Sequence[Folder],
        tags: Sequence[str],
        ask: Ask,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("conversationMenu")
        self.setAccessibleName(_tr("Conversation"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window = parent.window()
        self._chosen = chosen
        self._ids = tuple(each.id for each in chosen)
        self._folders, self._tags = folders, tags
        self._ask = ask
        if all(each.deleted for each in chosen):
            self._offer_way_back()
        else:
            self._offer_sorting()

    def put_first(self, text: str, action: Callable[[], object], key: Qt.Key | None = None) -> None:
        """Add what is done with one conversation only, above the rest."""
        entry = QAction(text, self)
        entry.triggered.connect(action)
        if key is not None:
            entry.setShortcut(QKeySequence(key))
        self.insertAction(self._first, entry)

    def _offer_way_back(self) -> None:
        self._first = self._offer(_tr("Restore"), Restore(self._ids))
        self.addSeparator()
        self._offer(_tr("Delete for good…"), Erase(self._ids))

    def _offer_sorting(self) -> None:
        pinned = all(each.pinned for each in self._chosen)
        archived = all(each.archived for each in self._chosen)
        pin = _tr("Unpin") if pinned else _tr("Pin")
        self._first = self._offer(pin, Pin(self._ids, not pinned))
        self._add_folders()
        self._add_tags()
        archive = _tr("Take out of the archive") if archived else _tr("Archive")
        self._offer(archive, Archive(self._ids, not archived))
        self.addSeparator()
        count = len(self._ids)
        delete = _tr("Delete") if count == 1 else _tr("Delete {0}").format(count)
        entry = self._offer(delete, Delete(self._ids))
        entry.setShortcut(QKeySequence(Qt.Key.Key_Delete))

    def _add_folders(self) -> None:
        menu = self._submenu("folderMenu", _tr("Move to folder"))
        current = {each.folder_id for each in self._chosen}
        for folder in self._folders:
            entry = menu.addAction(_literal(folder.name))
            entry.setCheckable(True)
            entry.setChecked(current == {folder.id})
            entry.triggered.connect(_asking(self._ask, Move(self._ids, folder.id)))
        if current != {None}:
            out = menu.addAction(_tr("No folder"))
            out.triggered.connect(_asking(self._ask, Move(self._ids, None)))
        menu.addSeparator()
        menu.addAction(_tr("New folder…")).triggered.connect(self._name_folder)

    def _add_tags(self) -> None:
        menu = self._submenu("tagMenu", _tr("Tags"))
        for tag in self._tags:
            tagged = all(tag in each.tags for each in self._chosen)
            entry = menu.addAction(_literal(tag))
            entry.setCheckable(True)
            entry.setChecked(tagged)
            entry.triggered.connect(_asking(self._ask, Tag(self._ids, tag, not tagged)))
        menu.addSeparator()
        menu.addAction(_tr("New tag…")).triggered.connect(self._name_tag)

    def _submenu(self, name: str, title: str) -> QMenu:
        menu = self.addMenu(title)
        menu.setObjectName(name)
        menu.setAccessibleName(title)
        return menu

    def _offer(self, text: str, change: Change) -> QAction:
        entry = self.addAction(text)
        entry.triggered.connect(_asking(self._ask, change))
        return entry

    def _name_folder(self) -> None:
        ids, ask = self._ids, self._ask
        NameDialog(
            self._window,
            _tr("New folder"),
            _tr("Make folder"),
            lambda name: ask(AddFolder(name, ids)),
        ).open()

    def _name_tag(self) -> None:
        ids, ask = self._ids, self._ask
        NameDialog(
            self._window,
            _tr("New tag"),
            _tr("Add tag"),
            lambda name: ask(Tag(ids, name, on=True)),
        ).open()


def _asking(ask: Ask, change: Change) -> Callable[[], object]:
    return lambda: ask(change)


def _literal(text: str) -> str:
    """Return a name as a menu shows it, which takes `&` for a mark of its own."""
    return text.replace("&", "&&")
