"""The fonts that come with Parley: Inter for text, JetBrains Mono for code."""

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop.core.resources import resource
from desktop.ui.tokens import CHROME_PX

BODY_FAMILY = "Inter"
CODE_FAMILY = "JetBrains Mono"


def load_fonts(app: QApplication) -> None:
    """Register the vendored fonts (about 4 ms) and make Inter the application's font."""
    for path in sorted(resource("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    app.setFont(text_font(CHROME_PX))


def text_font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return Inter at `pixels`; what it lacks comes from the system's fonts."""
    return _font(BODY_FAMILY, pixels, weight)


def code_font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return JetBrains Mono at `pixels`, without ligatures."""
    font = _font(CODE_FAMILY, pixels, weight)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def _font(family: str, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
