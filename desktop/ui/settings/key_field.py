"""An API key: typed in dots, shown while a button is held, never shown once it is saved."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.services.settings_values import NO_KEY, KeyView
from desktop.ui.icons import Icons
from desktop.ui.look import IconButton
from desktop.ui.settings.controls import Button, LineEdit, Row
from desktop.ui.settings.field import Field
from desktop.ui.theme import Theme

DOTS = "••••••"


class _HeldButton(IconButton):
    """Reports `released` also when the mouse is let go beside it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go, wherever the mouse is."""
        was_down = self.isDown()
        super().mouseReleaseEvent(event)
        if was_down and not self.rect().contains(event.position().toPoint()):
            self.released.emit()


class KeyField(Field):
    """Emits `changed` when a key is typed, or the saved one taken away or put back."""

    changed = Signal()

    def __init__(
        self,
        title: str,
        *,
        name: str,
        theme: Theme,
        icons: Icons,
        aside: QWidget | None = None,
    ) -> None:
        self._edit = LineEdit(name)
        self._reveal = _HeldButton(
            "eye",
            self.tr("Hold to show the key"),
            name=name.replace("Edit", "Reveal"),
            theme=theme,
            icons=icons,
        )
        self._remove = Button("", name=name.replace("Edit", "Remove"), kind="quiet")
        body = Row(self._edit, self._reveal, self._remove, name=f"{name}Row")
        super().__init__(title, self._edit, theme=theme, icons=icons, body=body, aside=aside)
        self._key, self._optional, self._removed = NO_KEY, False, False
        self._place = ""
        self._set_up_edit()
        self._connect()
        self._refresh()

    @property
    def typed(self) -> str:
        """What was typed; the saved key is never in it."""
        return self._edit.text()

    @property
    def removed(self) -> bool:
        """Whether the saved key is to be forgotten."""
        return self._removed and not self._edit.text()

    def fill(self, typed: str, *, removed: bool) -> None:
        """Put in what was typed before, without reporting it."""
        blocked = self._edit.blockSignals(True)
        self._edit.setText(typed)
        self._edit.blockSignals(blocked)
        self._removed = removed
        self._refresh()

    def show_key(self, key: KeyView, *, optional: bool) -> None:
        """Show which key is saved for this address."""
        self._key, self._optional = key, optional
        self._removed = self._removed and key.is_set
        self._refresh()

    def show_place(self, place: str) -> None:
        """Say where the saved key is kept, completing "A key is kept …"."""
        self._place = place
        self._refresh()

    def _set_up_edit(self) -> None:
        self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._edit.setMaxLength(20_000)  # longer than any key, so that a wrong paste is named

    def _connect(self) -> None:
        self._edit.textChanged.connect(self._on_edited)
        self._reveal.pressed.connect(lambda: self._echo(QLineEdit.EchoMode.Normal))
        self._reveal.released.connect(lambda: self._echo(QLineEdit.EchoMode.Password))
        self._remove.clicked.connect(self._on_remove)

    def _echo(self, mode: QLineEdit.EchoMode) -> None:
        self._edit.setEchoMode(mode)

    def _on_edited(self) -> None:
        self._refresh()
        self.changed.emit()

    def _on_remove(self) -> None:
        self._removed = not self._removed
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        self._edit.setPlaceholderText(self._placeholder())
        self._reveal.setEnabled(bool(self._edit.text()))
        label = self.tr("Keep it") if self._removed else self.tr("Remove")
        self._remove.setText(label)
        self._remove.setAccessibleName(f"{label}: {self.control.accessibleName()}")
        self._remove.setVisible(self._key.is_set and not self._edit.text())
        self._say_what_is_saved()

    def _saved_where(self) -> str:
        if self._place.startswith("in "):
            return self.tr("A key is saved; what opens it is kept {0}.").format(self._place)
        if self._place:
            return self.tr("A key is kept {0}.").format(self._place)
        return self.tr("A key is saved.")

    def _placeholder(self) -> str:
        if self._key.is_set and not self._removed:
            return DOTS + self._key.hint
        return self.tr("Optional") if self._optional else self.tr("Paste your key")

    def _say_what_is_saved(self) -> None:
        problem = self._key.problem
        if self._removed and not self._edit.text():
            self.say(self.tr("The saved key is removed when you save."))
        elif problem is not None and not self._edit.text():
            self.say(str(problem), icon="triangle-alert", colour="warning")
        elif self._key.is_set and self._edit.text():
            self.say(self.tr("Replaces the saved key when you save."))
        elif self._key.is_set:
            self.say(self._saved_where(), icon="lock", colour="success")
        else:
            self.say("")
