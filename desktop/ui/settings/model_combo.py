"""Choose a model from the live list, search in it as one types, or type any id."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QListView
from typing_extensions import override

from desktop.ui.settings.model_list import ModelDelegate, ModelList, SearchRole

_POPUP_ROWS = 12


class _ModelCompleter(QCompleter):
    """Finds models by any part of their id or name; puts the id into the field."""

    def __init__(self, models: ModelList) -> None:
        super().__init__()
        self.setModel(models)
        self.setCompletionRole(SearchRole)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(_POPUP_ROWS)

    @override
    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the id."""
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class ModelCombo(QComboBox):
    """An editable box whose text is the model's id."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._models = ModelList()
        self._delegate = ModelDelegate()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setMaxVisibleItems(_POPUP_ROWS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        view = QListView()
        view.setObjectName(f"{name}List")
        view.setUniformItemSizes(True)
        self.setView(view)
        self.setModel(self._models)
        view.setItemDelegate(self._delegate)
        self._set_up_completer()
        self.set_text("")

    @property
    def text(self) -> str:
        """The model's id as it stands."""
        return self.currentText().strip()

    def set_text(self, text: str) -> None:
        """Put in an id without reporting it."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self.findText(text, Qt.MatchFlag.MatchExactly) if text else -1)
        self.setEditText(text)
        self.blockSignals(blocked)

    def set_placeholder(self, text: str) -> None:
        """Show `text` while the field is empty."""
        edit = self.lineEdit()
        assert edit is not None, "an editable box has a line edit"
        edit.setPlaceholderText(text)

    def set_models(self, models: Sequence[Mapping[str, Any]]) -> None:
        """Replace the list; what stands in the field stays, also while it is typed."""
        edit = self.lineEdit()
        assert edit is not None, "an editable box has a line edit"
        text, cursor = edit.text(), edit.cursorPosition()
        blocked = self.blockSignals(True)
        self._models.set_models(models)
        self.set_text(text)
        edit.setCursorPosition(cursor)
        self.blockSignals(blocked)

    def _set_up_completer(self) -> None:
        completer = _ModelCompleter(self._models)
        completer.setParent(self)
        self.setCompleter(completer)
        found = completer.popup()
        assert found is not None, "a completer has a popup"
        found.setItemDelegate(self._delegate)
        found.setObjectName(f"{self.objectName()}Found")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll; a wheel must not change the model by accident."""
        event.ignore()
