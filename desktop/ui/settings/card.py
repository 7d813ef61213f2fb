"""A card of settings: what it is about, and its fields below each other."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.ui.look import Label, WrappedLabel, set_kind


class Card(QFrame):
    """A title, a sentence, and what `add` puts below them."""

    def __init__(self, title: str, about: str, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        set_kind(self, "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 18, 20, 18)
        self._column.setSpacing(16)
        head = QVBoxLayout()
        head.setSpacing(3)
        head.addWidget(Label(title, kind="name", name="sectionTitle"))
        if about:
            head.addWidget(WrappedLabel(about, kind="muted", name="sectionAbout"))
        self._column.addLayout(head)

    def add(self, *widgets: QWidget) -> None:
        """Put `widgets` below what is there."""
        for widget in widgets:
            self._column.addWidget(widget)
