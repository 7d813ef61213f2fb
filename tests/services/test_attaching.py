"""Files become what models read, or are refused in words when they are attached."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QApplication

from desktop.core.content import DocumentPart, ImagePart, StoredBytes, TextPart
from desktop.core.errors import AttachmentRefused
from desktop.core.images import image_type
from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.services import attaching as service
from desktop.services.attaching import Attaching, with_bytes
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.ui.pictures import MAX_BYTES, MAX_SIDE, prepare_picture
from tests.services.transfer.test_exporter import whole


def config(model: str, provider: LLMProvider = LLMProvider.OPENAI) -> CompletionsConfig:
    return CompletionsConfig(provider, "key", model)


@pytest.fixture
async def database(own_home: Path) -> AsyncIterator[Database]:
    opened = await Database.open(Paths.resolve(own_home))
    yield opened
    await opened.close()


@pytest.fixture
def attaching(database: Database, qapp: QApplication) -> Attaching:
    return Attaching(database.attachments, prepare_picture)


def picture(width: int, height: int, kind: str = "PNG", *, noisy: bool = False) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    if noisy:
        import random

        data = random.Random(1).randbytes(width * height * 4)
        image = QImage(data, width, height, QImage.Format.Format_RGB32).copy()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind.encode())).write(image)
    return bytes(buffer.data().data())


async def test_a_picture_is_taken_as_it_is(attaching: Attaching, tmp_path: Path) -> None:
    data = picture(300, 200)
    (tmp_path / "soup.png").write_bytes(data)
    attached = await attaching.from_file(tmp_path / "soup.png", config("gpt-5"))

    assert attached.part == ImagePart(data, "image/png")
    assert isinstance(attached.part.content, StoredBytes)
    assert (attached.name, attached.detail, attached.tokens) == ("soup.png", "300 x 200", 80)
    assert image_type(attached.thumbnail) == "image/png"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(3000, 1000), "image/jpeg"),
        (picture(2000, 900, noisy=True), "image/jpeg"),
        (picture(50, 50, "BMP"), "image/jpeg"),
    ],
    ids=["wide", "heavy", "bitmap"],
)
async def test_a_picture_is_made_small_enough(
    attaching: Attaching, tmp_path: Path, data: bytes, kind: str
) -> None:
    (tmp_path / "photo.bmp").write_bytes(data)
    attached = await attaching.from_file(tmp_path / "photo.bmp", None)
    sent = QImage.fromData(attached.part.data)

    assert isinstance(attached.part, ImagePart)
    assert attached.part.media_type == kind == image_type(attached.part.data)
    assert max(sent.width(), sent.height()) <= MAX_SIDE
    assert len(attached.part.data) <= MAX_BYTES


async def test_text_code_and_documents_become_text(attaching: Attaching, tmp_path: Path) -> None:
    (tmp_path / "soup.py").write_text("print('leek')\n")
    attached = await attaching.from_file(tmp_path / "soup.py", config("gpt-5"))

    assert isinstance(attached.part, DocumentPart)
    assert (attached.part.name, attached.part.media_type) == ("soup.py", "text/markdown")
    assert "print('leek')" in attached.part.data.decode()
    assert 0 < attached.tokens < 20


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.txt", b"", "empty"),
        ("broken.png", b"\x89PNG\r\n\x1a\nrubbish", "damaged"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        ("program.exe", b"MZ\0\1\2" * 100, "can't be attached"),
    ],
)
async def test_r11_what_can_not_be_read_is_refused_in_words(
    attaching: Attaching, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AttachmentRefused, match=says) as caught:
        await attaching.from_file(tmp_path / name, config("gpt-5"))
    assert name in caught.value.message


async def test_r11_folders_and_files_that_are_gone(attaching: Attaching, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.txt"):
        with pytest.raises(AttachmentRefused, match="no file that can be read"):
            await attaching.from_file(path, None)


async def test_too_large_is_said(
    attaching: Attaching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_TOKENS", 10)
    monkeypatch.setattr(service, "MAX_PICTURE_BYTES", 10)
    (tmp_path / "long.txt").write_text("word " * 100)
    (tmp_path / "big.png").write_bytes(picture(30, 30))
    with pytest.raises(AttachmentRefused, match="about 139 tokens"):
        await attaching.from_file(tmp_path / "long.txt", None)
    with pytest.raises(AttachmentRefused, match="larger than"):
        await attaching.from_file(tmp_path / "big.png", None)


@pytest.mark.parametrize(
    ("model", "endpoint", "sees"),
    [
        ("gpt-3.5-turbo", None, False),
        ("gpt-5", None, True),
        ("anything", "http://localhost:11434/v1", True),  # nobody knows: the server will say
        ("demo", "local://demo.gguf", False),
    ],
)
async def test_pictures_go_to_models_that_see(
    attaching: Attaching, tmp_path: Path, model: str, endpoint: str | None, sees: bool
) -> None:
    provider = LLMProvider.OPENAI_COMPATIBLE if endpoint else LLMProvider.OPENAI
    given = CompletionsConfig(provider, "", model, endpoint)
    (tmp_path / "a.png").write_bytes(picture(20, 20))
    if sees:
        assert (await attaching.from_file(tmp_path / "a.png", given)).name == "a.png"
    else:
        with pytest.raises(AttachmentRefused, match="can't read pictures"):
            await attaching.from_file(tmp_path / "a.png", given)


async def test_a_file_that_is_gone_is_said_to_the_model(attaching: Attaching) -> None:
    from dataclasses import replace

    attached = await attaching.from_picture(picture(20, 20), "a.png", None)
    conversation, [message] = whole("Soup", "Look")
    message = replace(message, parts=(*message.parts, attached.part))
    [sent] = with_bytes([message])
    assert isinstance(sent.parts[1], ImagePart)
    assert isinstance(sent.parts[1].content, bytes)

    assert isinstance(attached.part.content, StoredBytes)
    attached.part.content.path.unlink()
    [sent] = with_bytes([message])
    assert sent.parts[1] == TextPart("[A picture: its file is gone]")
    assert conversation.title == "Soup"
