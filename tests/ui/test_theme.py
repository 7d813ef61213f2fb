import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.fonts import code_font, text_font
from desktop.ui.icons import Icons
from desktop.ui.stylesheet import stylesheet
from desktop.ui.theme import Theme
from desktop.ui.tokens import DARK, LIGHT, Tokens


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    value = QColor(colour)
    red, green, blue = (linear(c) for c in (value.redF(), value.greenF(), value.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_changing_the_mode_restyles_the_application(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")

    assert theme.tokens is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.background
    assert qapp.styleSheet() == stylesheet(DARK)


def test_the_same_mode_again_changes_nothing(qtbot: QtBot, theme: Theme) -> None:
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("light")


def test_system_follows_the_desktop(qtbot: QtBot, theme: Theme, qapp: QApplication) -> None:
    theme.set_mode("system")
    expected = DARK if qapp.styleHints().colorScheme().name == "Dark" else LIGHT

    assert theme.tokens is expected


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_keeps_its_contrast(tokens: Tokens) -> None:
    pairs = [
        (text, ground)
        for text in (tokens.text, tokens.muted, tokens.faint)
        for ground in (tokens.background, tokens.side, tokens.field)
    ]
    pairs += [(tokens.danger, tokens.danger_soft), (tokens.text, tokens.selected)]

    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_the_style_sheet_is_understood(
    qtbot: QtBot, qapp: QApplication, theme: Theme, capfd: pytest.CaptureFixture[str]
) -> None:
    theme.set_mode("dark")
    qapp.processEvents()

    assert "Could not parse" not in capfd.readouterr().err


@pytest.mark.parametrize("family", ["Inter", "JetBrains Mono"])
def test_the_fonts_are_ours_in_all_weights(theme: Theme, family: str) -> None:
    assert {"Regular", "SemiBold", "Italic"} <= set(QFontDatabase.styles(family))
    for font in (text_font(15), code_font(14)):
        assert font.exactMatch()


def test_icons_are_drawn_once_in_their_colour(icons: Icons) -> None:
    first = icons.pixmap("search", "#ff0000", 20, 2.0)
    picture = first.toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() == 255
    }

    assert icons.pixmap("search", "#ff0000", 20, 2.0) is first
    assert (picture.width(), first.devicePixelRatio()) == (40, 2.0)
    assert colours == {"#ff0000"}


def test_an_unknown_icon_is_an_error(icons: Icons) -> None:
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", "#000000", 16, 1.0)


@pytest.fixture
def display() -> Iterator[str]:
    """Start an X server: the off-screen platform knows nothing of light and dark."""
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        pytest.skip("Xvfb is not installed")
    command = [xvfb, "-displayfd", "1", "-noreset", "-screen", "0", "800x600x24"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout is not None
        yield f":{server.stdout.readline().decode().strip()}"
        server.terminate()


def test_follows_the_desktop_while_it_runs(display: str) -> None:
    code = (
        "from PySide6.QtCore import Qt; from PySide6.QtWidgets import QApplication\n"
        "from desktop.ui.theme import Theme\n"
        "app = QApplication([]); theme = Theme(app)\n"
        "for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):\n"
        "    app.styleHints().setColorScheme(scheme); app.processEvents()\n"
        "    print(theme.tokens.dark)\n"
    )
    desktop = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_QPA_PLATFORMTHEME": "gnome"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **desktop},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.split() == ["True", "False"]
