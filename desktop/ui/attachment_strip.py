"""The files of the message that is being written, above its text."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.core.attachment import Attachment
from desktop.ui.icons import Icons
from desktop.ui.look import ElidedLabel, IconButton, Label, named, set_kind, tooltip
from desktop.ui.theme import Theme

CHIP = QSize(212, 52)
PICTURE = 36


class AttachmentStrip(QScrollArea):
    """Hidden while there is nothing; `removed` carries a file's place."""

    removed = Signal(int)

    def __init__(self, *, theme: Theme, icons: Icons) -> None:
        super().__init__()
        named(self, "attachmentStrip", self.tr("Attached files"))
        self._theme, self._icons = theme, icons
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(CHIP.height() + 12)
        self.hide()

    def show_files(self, files: Sequence[Attachment], *, reading: int) -> None:
        """Show a card for each file, and one that says that more are being read."""
        page = named(QWidget(), "attachmentPage", self.tr("Attached files"))
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 8)
        row.setSpacing(8)
        for place, file in enumerate(files):
            row.addWidget(self._chip(place, file))
        if reading:
            row.addWidget(Label(self.tr("Reading…"), kind="muted", name="attachmentReading"))
        row.addStretch(1)
        self.setWidget(page)
        self.setVisible(bool(files) or bool(reading))

    def _chip(self, place: int, file: Attachment) -> QFrame:
        tokens = self.tr("about {count:,} tokens").format(count=file.tokens)
        chip = named(QFrame(), f"attachment{place}", f"{file.name}, {file.detail}, {tokens}")
        chip.setFixedSize(CHIP)
        chip.setToolTip(tooltip(f"{file.name}\n{file.detail}, {tokens}"))
        set_kind(chip, "card")
        remove = IconButton(
            "x",
            self.tr("Remove {name}").format(name=file.name),
            name=f"removeAttachment{place}",
            theme=self._theme,
            icons=self._icons,
            size=14,
        )
        remove.clicked.connect(lambda: self.removed.emit(place))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(ElidedLabel(file.name, kind="strong", name="attachmentName"))
        detail = f"{file.detail} · {file.tokens:,} tok"
        words.addWidget(ElidedLabel(detail, kind="faint", name="attachmentDetail"))
        row = QHBoxLayout(chip)
        row.setContentsMargins(8, 6, 4, 6)
        row.addWidget(self._picture(file))
        row.addLayout(words, 1)
        row.addWidget(remove)
        return chip

    def _picture(self, file: Attachment) -> QLabel:
        shown = named(QLabel(), "attachmentPicture", file.name)
        shown.setFixedSize(PICTURE, PICTURE)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap()
        if file.thumbnail and pixmap.loadFromData(file.thumbnail):
            smooth = Qt.TransformationMode.SmoothTransformation
            side = round(PICTURE * ratio)
            pixmap = pixmap.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
            pixmap.setDevicePixelRatio(ratio)
        else:
            pixmap = self._icons.pixmap("file-text", self._theme.tokens.muted, 22, ratio)
        shown.setPixmap(pixmap)
        return shown
