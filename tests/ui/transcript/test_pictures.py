"""The conversation's own pictures: shown, fitted in, never a way in for anything else."""

import zlib
from struct import pack

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter
from pytestqt.qtbot import QtBot

from desktop.core.content import ImagePart, Role, TextPart
from desktop.ui.transcript.pictures import KEPT_SIDE, decode
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage
from tests.ui.transcript.hands import visible_words, wheel

RED = 0xFF0000


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 0, 0))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def bomb(side: int) -> bytes:
    """A small file that says it is a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"


def red_pixels(view: TranscriptView) -> int:
    image = view.viewport().grab().toImage()
    return sum(
        image.pixel(x, y) & 0xFFFFFF == RED
        for x in range(0, image.width(), 4)
        for y in range(0, image.height(), 4)
    )


@pytest.mark.parametrize("role", [Role.USER, Role.ASSISTANT])
def test_a_picture_is_shown_no_larger_than_there_is_room(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage, role: Role
):
    parts = (TextPart("Look:"), ImagePart(png(2_000, 1_000), "image/png"))
    view.set_messages([message(role, "", parts=parts)])

    qtbot.waitUntil(lambda: red_pixels(view) > 1_000)

    assert view._layout.heights.total < 700
    assert "[picture: image/png" in view.plain_text()


@pytest.mark.parametrize(
    "data", [SVG, bomb(60_000), b"no picture", png(9, 9)[:40]], ids=["svg", "bomb", "text", "cut"]
)
def test_what_can_not_be_shown_is_named(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage, data: bytes
):
    view.set_messages([message(Role.USER, "", parts=(ImagePart(data, "image/png"),))])

    def named() -> bool:
        boxes = [box for _, entry in view._layout.built() for i in entry.items for box in i.boxes]
        return any("[picture: image/png" in box.box.rich.text for box in boxes)

    qtbot.waitUntil(named)


def test_a_large_picture_is_kept_small():
    image = decode(ImagePart(png(4_000, 2_000), "image/png"))

    assert (image.width(), image.height()) == (KEPT_SIDE, KEPT_SIDE // 2)


def test_the_reader_s_place_stays_when_pictures_arrive(
    qtbot: QtBot, view: TranscriptView, message: MakeMessage
):
    view.set_messages(
        [
            message(
                Role.USER, "", parts=(TextPart(f"Picture {n}"), ImagePart(png(40 + n, 600), "x/y"))
            )
            for n in range(20)
        ]
    )
    qtbot.waitUntil(lambda: red_pixels(view) > 50)
    for _ in range(10):
        wheel(view, 240)
        place, top = next(iter(visible_words(view).items()))
        qtbot.waitUntil(lambda: not view._flush_timer.isActive())
        assert visible_words(view)[place] == top
