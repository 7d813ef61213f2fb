"""Two small dialogs of the Help menu."""

import platform
from collections.abc import Sequence

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import __version__
from desktop.ui.icons import Icons
from desktop.ui.look import Label, WrappedLabel, named


class AboutDialog(QDialog):
    """Name, version and licences."""

    def __init__(self, parent: QWidget, icons: Icons) -> None:
        super().__init__(parent)
        _prepare(self, "aboutDialog", self.tr("About Parley"))
        self.setFixedWidth(380)
        logo = named(QLabel(), "aboutLogo", "Parley")
        logo.setPixmap(icons.pixmap("parley", "", 64, self.devicePixelRatioF()))
        versions = self.tr("Version {version}  ·  Qt {qt}  ·  Python {python}").format(
            version=__version__, qt=qVersion(), python=platform.python_version()
        )
        licences = self.tr(
            "Parley is free software under the MIT licence. Qt is used under the LGPL, the icons"
            " are Lucide (ISC), the fonts Inter and JetBrains Mono (OFL)."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 28, 28, 20)
        column.setSpacing(10)
        for widget in (
            logo,
            Label("Parley", kind="hero", name="aboutName"),
            Label(versions, kind="faint", name="aboutVersions"),
            WrappedLabel(licences, kind="muted", name="aboutLicences"),
        ):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(_close_button(self))


class ShortcutsDialog(QDialog):
    """A list of commands and their keys."""

    def __init__(self, parent: QWidget, shortcuts: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent)
        _prepare(self, "shortcutsDialog", self.tr("Keyboard shortcuts"))
        own = (
            (self.tr("Send the message"), self.tr("Enter")),
            (self.tr("New line"), self.tr("Shift+Enter")),
            (self.tr("Edit your last message"), "↑"),
        )
        page = named(QWidget(), "shortcutsPage", self.tr("Keyboard shortcuts"))
        form = QFormLayout(page)
        form.setContentsMargins(24, 20, 24, 8)
        form.setHorizontalSpacing(40)
        form.setVerticalSpacing(9)
        for text, keys in (*own, *shortcuts):
            form.addRow(Label(text, name="shortcutText"), Label(keys, kind="muted", name="keys"))
        area = named(QScrollArea(), "shortcutsArea", self.tr("Keyboard shortcuts"))
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 14)
        column.addWidget(area)
        column.addWidget(_close_button(self))
        self.resize(400, 560)


def _prepare(dialog: QDialog, name: str, title: str) -> None:
    named(dialog, name, title)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    box = named(QDialogButtonBox(QDialogButtonBox.StandardButton.Close), "buttons", "")
    close = box.button(QDialogButtonBox.StandardButton.Close)
    named(close, "closeButton", close.text().replace("&", ""))
    close.setAutoDefault(False)
    box.rejected.connect(dialog.reject)
    return box
