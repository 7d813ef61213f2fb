"""PDF files: printed from a page, in a thread, without reading a file or hanging."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.ui.data.pdf import write_pdf


async def printed(body: str, folder: Path) -> bytes:
    target = folder / "page.pdf"
    await write_pdf(f"<html><style>x</style><body><h1>Soup</h1>{body}</body></html>", target)
    return target.read_bytes()


async def test_a_page_is_printed(qapp: QApplication, tmp_path: Path) -> None:
    assert (await printed("<p>Leek</p>", tmp_path)).startswith(b"%PDF-")


async def test_no_file_is_read_for_a_picture(qapp: QApplication, tmp_path: Path) -> None:
    secret = QImage(300, 300, QImage.Format.Format_RGB32)
    secret.fill(QColor("red"))
    path = tmp_path / "secret.png"
    secret.save(str(path))
    plain = await printed("<p><img></p>", tmp_path)
    for address in (
        str(path),
        path.as_uri(),
        f"data:image/svg+xml,<svg><image href='{path}'/></svg>",
    ):
        page = await printed(f'<p><img width="300" src="{address}"></p>', tmp_path)
        assert page.count(b"/Image") <= plain.count(b"/Image") + 2
        assert b"/Width 300" not in page


async def test_a_picture_of_the_page_itself_is_printed(qapp: QApplication, tmp_path: Path) -> None:
    from base64 import b64encode

    image = QImage(321, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    path = tmp_path / "own.png"
    image.save(str(path))
    data = b64encode(path.read_bytes()).decode()
    page = await printed(f'<p><img src="data:image/png;base64,{data}"></p>', tmp_path)

    assert b"/Width 321" in page


@pytest.mark.qt_loop
async def test_the_window_lives_while_it_prints(qapp: QApplication, tmp_path: Path) -> None:
    body = "<p>" + "word " * 200 + "</p>"
    printing = asyncio.create_task(printed(body * 400 + "x" * 100_000, tmp_path))
    beats = 0
    while not printing.done():
        await asyncio.sleep(0.005)
        beats += 1
    await printing

    assert beats > 3  # the loop went on meanwhile
