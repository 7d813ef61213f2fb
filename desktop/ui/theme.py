"""Light or dark: follows the desktop or the user's choice, and styles the application."""

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.core.preferences import ThemeMode
from desktop.ui.stylesheet import stylesheet
from desktop.ui.tokens import DARK, LIGHT, Tokens

QT_ARGUMENTS = ("-style", "fusion")
"""What the QApplication is created with: cheaper than setting the style afterwards."""
MODES: tuple[ThemeMode, ...] = ("system", "light", "dark")


class Theme(QObject):
    """The colours in use.

    Signals: `changed` after the colours changed and the style is applied, `mode_changed`
    when another mode was chosen.
    """

    changed = Signal()
    mode_changed = Signal(str)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode: ThemeMode = "system"
        self._tokens = LIGHT
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self._dressed = False
        self._apply(self._wanted())
        # Qt styles a widget whenever it moves into another one. While the main window is
        # put together that is a fifth of its time wasted, so the style sheet comes after.
        QTimer.singleShot(0, self, self.dress)

    @property
    def tokens(self) -> Tokens:
        """The colours of the theme in use."""
        return self._tokens

    @property
    def mode(self) -> ThemeMode:
        """What the user chose."""
        return self._mode

    def set_mode(self, mode: ThemeMode) -> None:
        """Follow the desktop, or stay light or dark."""
        was, self._mode = self._mode, mode
        hints = self._app.styleHints()
        if mode == "system":
            hints.unsetColorScheme()
        else:
            # Window frames and native dialogs follow, where the platform can do it.
            dark = mode == "dark"
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        self._refresh()
        if was != mode:
            self.mode_changed.emit(mode)

    def dress(self) -> None:
        """Set the style sheet now instead of on the event loop's next turn."""
        if not self._dressed:
            self._dressed = True
            self._app.setStyleSheet(stylesheet(self._tokens))

    def _wanted(self) -> Tokens:
        if self._mode == "system":
            scheme = self._app.styleHints().colorScheme()
            return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self._tokens:
            self._apply(wanted)
            self.changed.emit()

    def _apply(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._app.setPalette(_palette(tokens))
        if self._dressed:
            self._app.setStyleSheet(stylesheet(tokens))


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for colour, roles in (
        (tokens.background, (role.Window, role.Base, role.AlternateBase)),
        (tokens.text, (role.WindowText, role.Text, role.ButtonText, role.HighlightedText)),
        (tokens.faint, (role.PlaceholderText,)),
        (tokens.field, (role.Button, role.ToolTipBase)),
        (tokens.text, (role.ToolTipText, role.BrightText)),
        (tokens.selection, (role.Highlight,)),
        (tokens.accent, (role.Accent, role.Link, role.LinkVisited)),
        (tokens.border, (role.Mid, role.Midlight, role.Dark)),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.faint))
    return palette
