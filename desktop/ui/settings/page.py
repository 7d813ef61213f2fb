"""A page of the settings: cards in a column that scrolls."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QScrollArea, QWidget

from desktop.core.errors import InvalidSetting
from desktop.ui.icons import Icons
from desktop.ui.look import set_kind
from desktop.ui.settings.card import Card
from desktop.ui.settings.controls import Button, Group
from desktop.ui.settings.field import Field
from desktop.ui.settings.fold import Fold
from desktop.ui.theme import Theme

COLUMN = 680
"""The cards' greatest width: longer lines are harder to read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What search finds: a name, further words to find it by, and the widget it leads to."""

    label: str
    words: str
    widget: QWidget


class SettingsPage(QScrollArea):
    """The base of every page; a page adds its cards with `set_cards`.

    `name` is that of its presenter, `icon` stands beside its title in the list of pages.

    Signals: `changed` when the user changed something.
    """

    changed = Signal()

    def __init__(self, name: str, title: str, icon: str, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self.name, self.title, self.icon = name, title, icon
        self.theme, self.icons = theme, icons
        self.setObjectName(f"{name}Page")
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def set_cards(self, *cards: QWidget) -> None:
        """Put `cards` into the column."""
        body = QWidget()
        body.setObjectName(f"{self.name}Body")
        set_kind(body, "page")
        column = Group(*cards, name=f"{self.name}Cards", spacing=16)
        column.setMaximumWidth(COLUMN)
        middle = QHBoxLayout(body)
        middle.setContentsMargins(20, 20, 20, 20)
        middle.addWidget(column, 1, Qt.AlignmentFlag.AlignTop)
        self.setWidget(body)

    def fields(self) -> dict[str, Field]:
        """Return the fields by the names that problems have, from top to bottom."""
        return {}

    def first_problem(self) -> Field | None:
        """Return the first field that has a problem."""
        return next((field for field in self.fields().values() if field.problem), None)

    def show_problem(self, name: str, problem: InvalidSetting | None) -> None:
        """Show what is wrong at the field `name`; None takes it away."""
        field = self.fields()[name]
        field.show_problem(problem)
        if problem is not None:
            self._unfold(field)

    def clear_problems(self) -> None:
        """Take away what was wrong at all fields."""
        for field in self.fields().values():
            field.show_problem(None)

    def focus_first(self) -> None:
        """Put the focus where the page begins."""
        for field in self.fields().values():
            if field.isVisibleTo(self):
                field.control.setFocus()
                return

    def entries(self) -> list[Entry]:
        """Return what search finds here.

        What is folded away is found too, what does not apply now is not.
        """
        return [
            Entry(widget.accessibleName(), _words(widget), widget)
            for widget in self.findChildren(QWidget)
            if _is_found(widget) and self._applies(widget)
        ]

    def go_to(self, widget: QWidget) -> None:
        """Unfold and scroll to `widget` and give it the focus."""
        self._unfold(widget)
        self.ensureWidgetVisible(widget)
        target = widget.control if isinstance(widget, Field) else widget
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def make_field(self, title: str, control: QWidget, body: QWidget | None = None) -> Field:
        """Make a field of this page."""
        return Field(title, control, theme=self.theme, icons=self.icons, body=body)

    def _applies(self, widget: QWidget) -> bool:
        parent = widget
        while parent is not self and parent is not None:
            folded = isinstance(parent.parentWidget(), Fold)
            if parent.isHidden() and not folded:
                return False
            parent = parent.parentWidget()
        return True

    def _unfold(self, widget: QWidget) -> None:
        parent = widget.parentWidget()
        while parent is not None and parent is not self:
            if isinstance(parent, Fold):
                parent.set_open(True)
            parent = parent.parentWidget()


def _is_found(widget: QWidget) -> bool:
    if isinstance(widget, Button):
        return bool(widget.property("found"))
    return isinstance(widget, Card | Field | QCheckBox)


def _words(widget: QWidget) -> str:
    control = widget.control if isinstance(widget, Field) else None
    if isinstance(control, QComboBox) and not control.isEditable():
        return " ".join(control.itemText(row) for row in range(control.count()))
    return ""
