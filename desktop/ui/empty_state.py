"""What a new chat shows: a greeting, the model, and a few ways to begin."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel, named
from desktop.ui.theme import Theme

LOGO = 52
TWO_COLUMNS = 520
"""Pixels of width from which the suggestions stand two by two."""
ONE_COLUMN_HEIGHT = 420
"""Pixels of height below which the suggestions would crowd the greeting."""


class EmptyState(QWidget):
    """Emits `suggestion_chosen` with a text for the composer; nothing is sent."""

    suggestion_chosen = Signal(str)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme, self._icons = theme, icons
        self.setObjectName("emptyState")
        self.setAccessibleName(self.tr("New chat"))
        self._model = WrappedLabel(kind="muted", name="emptyStateModel")
        self._model.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._suggestions = named(QWidget(), "suggestions", self.tr("Ideas"))
        self._grid = QGridLayout(self._suggestions)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        self._buttons = [self._suggestion(*each) for each in self._ideas()]
        self._columns = 0
        self._lay_out()
        theme.changed.connect(self._colour)
        self._colour()

    def set_model(self, label: str) -> None:
        """Name the model that will answer; '' when none is chosen."""
        text = self.tr("Answers come from {model}.").format(model=label)
        self._model.set_text(text if label else self.tr("Choose a model to begin."))

    def _ideas(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("lightbulb", self.tr("Explain something"), self.tr("Explain simply how ")),
            ("pencil", self.tr("Draft an email"), self.tr("Write a short, friendly email about ")),
            ("code", self.tr("Find a bug"), self.tr("Find the bug in this code:\n\n")),
            (
                "file-text",
                self.tr("Summarise a text"),
                self.tr("Summarise this in five points:\n\n"),
            ),
        )

    def _suggestion(self, icon: str, label: str, text: str) -> tuple[QPushButton, str]:
        button = named(QPushButton(label), f"suggestion-{icon}", label)
        button.setProperty("kind", "suggestion")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setIconSize(QSize(26, 16))
        button.clicked.connect(lambda: self.suggestion_chosen.emit(text))
        return button, icon

    def _lay_out(self) -> None:
        self._logo = named(QLabel(), "logo", "Parley")
        self._logo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        question = Label(self.tr("What can I help with?"), kind="hero", name="greeting")
        question.setAlignment(Qt.AlignmentFlag.AlignCenter)
        question.setMinimumWidth(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(0)
        column.addStretch(5)
        column.addWidget(self._logo)
        column.addSpacing(18)
        column.addWidget(question)
        column.addSpacing(8)
        column.addWidget(self._model)
        column.addSpacing(28)
        column.addWidget(self._suggestions, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(6)

    def _colour(self) -> None:
        dpr = self.devicePixelRatioF()
        self._logo.setPixmap(self._icons.pixmap("parley", "", LOGO, dpr))
        for button, icon in self._buttons:
            button.setIcon(self._icons.icon(icon, self._theme.tokens.accent, 16, after=10))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the suggestions for the width, and leave them out where it is tight."""
        self._suggestions.setVisible(
            self.height() >= ONE_COLUMN_HEIGHT or self.width() >= TWO_COLUMNS
        )
        self._suggestions.setFixedWidth(min(520, self.width() - 48))
        columns = 2 if self.width() >= TWO_COLUMNS else 1
        if columns != self._columns:
            self._columns = columns
            for place, (button, _) in enumerate(self._buttons):
                self._grid.addWidget(button, place // columns, place % columns)
        super().resizeEvent(event)
