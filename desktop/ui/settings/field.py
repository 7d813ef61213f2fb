"""One setting: its name, what it is set with, a note, and what is wrong with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.core.errors import ParleyError
from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel
from desktop.ui.theme import Theme

_ICON = 14


class IconLabel(QLabel):
    """A small icon in a colour of the theme, beside words that say the same."""

    def __init__(self, *, theme: Theme, icons: Icons, size: int = _ICON) -> None:
        super().__init__()
        self._theme, self._icons, self._size = theme, icons, size
        self._icon, self._colour = "", "muted"
        self.setObjectName("iconLabel")
        self.setAccessibleName("")
        theme.changed.connect(self._draw)

    def show_icon(self, icon: str, colour: str) -> None:
        """Show `icon` in the theme's colour of that name."""
        self._icon, self._colour = icon, colour
        self._draw()

    def _draw(self) -> None:
        if self._icon:
            colour = str(getattr(self._theme.tokens, self._colour))
            dpr = self.devicePixelRatioF()
            self.setPixmap(self._icons.pixmap(self._icon, colour, self._size, dpr))


class Remark(QWidget):
    """A line of small text with an icon before it; hidden while there is nothing to say."""

    def __init__(self, *, theme: Theme, icons: Icons, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._icon = IconLabel(theme=theme, icons=icons)
        self._text = WrappedLabel(kind="faint", name=f"{name}Text")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.say("")

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def say(self, text: str, *, icon: str = "", colour: str = "faint", kind: str = "faint") -> None:
        """Show `text`, or nothing."""
        self._text.setProperty("kind", kind)
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)
        self._text.set_text(text)
        self.setAccessibleName(text)
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.show_icon(icon, colour)
        self.setVisible(bool(text))


class Field(QWidget):
    """A name above a control, and below it a note and, when there is one, the problem."""

    def __init__(
        self,
        title: str,
        control: QWidget,
        *,
        theme: Theme,
        icons: Icons,
        body: QWidget | None = None,
        aside: QWidget | None = None,
    ) -> None:
        super().__init__()
        name = control.objectName()
        self.setObjectName(f"{name}Field")
        self.setAccessibleName(title)
        self.control = control
        self._note = Remark(theme=theme, icons=icons, name=f"{name}Note")
        self._problem = Remark(theme=theme, icons=icons, name=f"{name}Problem")
        self._label = Label(title, kind="strong", name=f"{name}Label")
        self._label.setBuddy(control)
        control.setAccessibleName(title)
        self._lay_out(body or control, aside)

    @property
    def problem(self) -> str:
        """What is said to be wrong; '' when nothing is."""
        return self._problem.text

    def say(self, text: str, *, icon: str = "", colour: str = "faint") -> None:
        """Show a note below the control; '' for none."""
        self._note.say(text, icon=icon, colour=colour)
        self._describe()

    def show_problem(self, problem: ParleyError | None) -> None:
        """Show what is wrong with what was entered; None takes it away."""
        text = "" if problem is None else str(problem)
        self._problem.say(text, icon="circle-alert", colour="danger", kind="fieldProblem")
        self.control.setProperty("invalid", bool(text))
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)
        self._describe()

    def _describe(self) -> None:
        words = (self._problem.text, self._note.text)
        self.control.setAccessibleDescription(" ".join(filter(None, words)))

    def _lay_out(self, body: QWidget, aside: QWidget | None) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._label, 1)
        if aside is not None:
            head.addWidget(aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(head)
        column.addWidget(body)
        column.addWidget(self._problem)
        column.addWidget(self._note)
