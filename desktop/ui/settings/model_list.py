"""The models of a server as a list: the id to use, and what is known of it to choose by."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

Index = QModelIndex | QPersistentModelIndex

FactsRole = Qt.ItemDataRole.UserRole + 1
"""What is known of a model, in words."""
SearchRole = Qt.ItemDataRole.UserRole + 2
"""What a model is found by: its id and its name."""

_ROW_HEIGHT = 30
_THOUSAND, _MILLION = 1_000, 1_000_000
_NO_PARENT = QModelIndex()


class ModelList(QAbstractListModel):
    """Models in the provider's order; the text of a row is the id."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, str]] = []

    def set_models(self, models: Sequence[Mapping[str, Any]]) -> None:
        """Replace all rows; each has an `id`."""
        self.beginResetModel()
        self._rows = [(str(m["id"]), self._facts(m), f"{m['id']} {name_of(m)}") for m in models]
        self.endResetModel()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the id, the facts or the text to search in."""
        if not index.isValid():
            return None
        identifier, facts, searched = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return identifier
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{identifier}, {facts}" if facts else identifier
            case _ if role == FactsRole:
                return facts
            case _ if role == SearchRole:
                return searched
            case _:
                return None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many models there are."""
        return 0 if parent.isValid() else len(self._rows)

    def _facts(self, model: Mapping[str, Any]) -> str:
        """Say what is known of a model: name, context, dimensions, price, when it retires."""
        facts = [name_of(model)]
        if retires := model.get("retires"):
            facts.append(self.tr("retires {0}").format(retires))
        if context := model.get("context_window"):
            facts.append(self.tr("{0} context").format(self._count(context)))
        if dimensions := model.get("dimensions"):
            facts.append(self.tr("%n dimensions", "", dimensions))
        if price := _price(model):
            facts.append(self.tr("{0} per 1M").format(price))
        return "  ·  ".join(filter(None, facts))

    def _count(self, tokens: int) -> str:
        if tokens >= _MILLION:
            return self.tr("{0}M").format(f"{tokens / _MILLION:.3g}")
        if tokens >= _THOUSAND:
            return self.tr("{0}K").format(f"{tokens / _THOUSAND:.3g}")
        return str(tokens)


class ModelDelegate(QStyledItemDelegate):
    """Draws the id, and behind it what is known, fainter."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        rect = option.rect.adjusted(10, 0, -10, 0)
        identifier, facts = str(index.data()), str(index.data(FactsRole))
        used = _draw(painter, rect, identifier, option.palette.color(QPalette.ColorRole.Text))
        rect.setLeft(rect.left() + used + 16)
        faint = option.palette.color(QPalette.ColorRole.PlaceholderText)
        _draw(painter, rect, facts, faint, Qt.AlignmentFlag.AlignRight)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the same height for every row."""
        return QSize(0, _ROW_HEIGHT)


def _draw(
    painter: QPainter,
    rect: QRect,
    text: str,
    colour: Any,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> int:
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, alignment | Qt.AlignmentFlag.AlignVCenter, shown)
    return painter.fontMetrics().horizontalAdvance(shown)


def name_of(model: Mapping[str, Any]) -> str:
    """Return the model's own name where it says more than its id."""
    name = str(model.get("display_name") or "")
    return "" if name == model["id"] else name


def _price(model: Mapping[str, Any]) -> str:
    """Return input and output price in dollars; what embeddings put out costs nothing."""
    prices = [model.get("input_price"), model.get("output_price")]
    known = [f"${price:.2f}" for price in prices if price is not None]
    return " / ".join(known[:1] if model.get("kind") == "embedding" else known)
