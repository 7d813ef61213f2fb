"""Render the Markdown samples to contact sheets, to be looked at.

    python -m tests.ui.transcript.corpus DIRECTORY [light|dark]

`QT_SCALE_FACTOR=2` renders them at 200 %. Answers from recorded traffic join the samples where
there is any.
"""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus, text_parts
from desktop.core.ids import new_conversation_id, new_message_id
from desktop.ui.fonts import load_fonts
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.recorded import recorded_answers

SAMPLES = Path(__file__).parents[2] / "data" / "markdown"
COLUMNS, ROWS = 4, 3
WIDTH, HEIGHT = 620, 640


def samples() -> Iterator[tuple[str, str]]:
    """Yield names and texts, recorded answers last."""
    for path in sorted(SAMPLES.glob("*.md")):
        yield path.stem, path.read_text("utf-8")
    for number, text in enumerate(recorded_answers()):
        yield f"recorded-{number}", text


def answer(text: str) -> Message:
    """Make an answer of a text."""
    return Message(
        id=new_message_id(),
        conversation_id=new_conversation_id(),
        parent_id=None,
        role=Role.ASSISTANT,
        parts=text_parts(text),
        status=MessageStatus.COMPLETE,
        created_at=datetime(2026, 3, 1, 9, 41, tzinfo=UTC),
    )


def render(view: TranscriptView, name: str, text: str) -> QImage:
    """Return the picture of one sample, once its colours and formulas are there."""
    view.set_messages([answer(text)])
    view.verticalScrollBar().setValue(0)
    QTest.qWait(40)
    while view._typesetter.is_late or view._flush_timer.isActive():
        QTest.qWait(20)
    picture = view.grab().toImage()
    with QPainter(picture) as painter:
        painter.setPen(QColor("#d03030"))
        painter.drawText(8, 14, name)
    return picture


def sheets(pictures: list[QImage]) -> Iterator[QImage]:
    """Yield contact sheets."""
    size = pictures[0].size()
    for start in range(0, len(pictures), COLUMNS * ROWS):
        some = pictures[start : start + COLUMNS * ROWS]
        rows = -(-len(some) // COLUMNS)
        sheet = QImage(size.width() * COLUMNS, size.height() * rows, QImage.Format.Format_RGB32)
        sheet.fill(QColor("#808080"))
        with QPainter(sheet) as painter:
            for at, picture in enumerate(some):
                picture.setDevicePixelRatio(1.0)
                row, column = divmod(at, COLUMNS)
                painter.drawImage(column * size.width(), row * size.height(), picture)
        yield sheet


def main(directory: str, mode: str = "light") -> None:
    """Write the sheets and print their names."""
    app = QApplication([])
    load_fonts(app)
    theme = Theme(app)
    theme.dress()
    theme.set_mode(cast('Literal["light", "dark"]', mode))
    view = TranscriptView(theme=theme, icons=Icons())
    view.resize(WIDTH, HEIGHT)
    view.show()
    pictures = [render(view, name, text) for name, text in samples()]
    names: list[str] = []
    for number, sheet in enumerate(sheets(pictures)):
        path = Path(directory) / f"{mode}-{sheet.width()}-{number}.png"
        sheet.save(str(path))
        names.append(str(path))
    print(json.dumps(names))


if __name__ == "__main__":
    main(*sys.argv[1:])
