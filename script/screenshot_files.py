"""The files that the screenshots show: a picture, and the export of another program."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QPen

IMPORTED = (
    ("Sourdough, third attempt", 14),
    ("Plan for the allotment", 8),
    ("French: subjonctif exercises", 22),
    ("Why is the sky blue?", 4),
    ("Draft of the talk on caching", 36),
    ("Names for a cat", 6),
)


def plot() -> bytes:
    """Draw a measured decay on a logarithmic axis as PNG."""
    image = QImage(480, 240, QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(30, 16, 430, 204)
        painter.setPen(QPen(QColor("#e3e3e8"), 1))
        for step in range(1, 6):
            y = frame.top() + step * frame.height() / 6
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        painter.setPen(QPen(QColor("#5b5bd6"), 2))
        painter.drawLine(QPointF(44, 34), QPointF(444, 204))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#c4303a"))
        for number, off in enumerate((4, -7, 5, -3, 8, -6, 2, -4, 6, -2, -26, -34)):
            x = 50 + 35 * number
            painter.drawEllipse(QPointF(x, 34 + (x - 44) * 170 / 400 + off / 2), 4, 4)
        painter.setPen(QPen(QColor("#70707a"), 2))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.drawLine(frame.topLeft(), frame.bottomLeft())
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def write_export(path: Path) -> None:
    """Write an export as ChatGPT sends it, with one record that can't be read."""
    records: list[Any] = [_exported(*each, number) for number, each in enumerate(IMPORTED)]
    records.append({"title": "Voice conversation", "mapping": "gone"})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("user.json", "{}")
        archive.writestr("conversations.json", json.dumps(records))


def _exported(title: str, count: int, number: int) -> dict[str, Any]:
    begun = datetime.now(UTC).timestamp() - 86_400 * (20 + 9 * number)
    mapping: dict[str, Any] = {"root": {"id": "root", "message": None, "parent": None}}
    parent = "root"
    for place in range(count):
        key = f"{number}-{place}"
        mapping[key] = {
            "id": key,
            "parent": parent,
            "message": {
                "id": key,
                "author": {"role": "assistant" if place % 2 else "user"},
                "create_time": begun + 60 * place,
                "content": {"content_type": "text", "parts": [f"{title}, part {place + 1}"]},
                "status": "finished_successfully",
                "metadata": {},
                "recipient": "all",
            },
        }
        parent = key
    return {
        "title": title,
        "create_time": begun,
        "update_time": begun + 60 * count,
        "mapping": mapping,
        "current_node": parent,
        "conversation_id": f"6553e3a2-0000-4000-8000-00000000000{number}",
    }
