"""Case I-06: files that are cut off, misnamed, empty or huge are told, the others are read."""

import asyncio
from pathlib import Path

import pytest

from desktop.core.errors import DocumentError, DocumentFault
from desktop.core.library import DocumentStatus
from desktop.documents.formats import Format
from desktop.documents.read import read_document
from desktop.services.library import Library
from desktop.storage.paths import Paths
from tests.documents import bombs, files
from tests.services.meaning.home import open_home


def whole(folder: Path) -> list[Path]:
    """Write one document of each format that has a parser."""
    page = folder / "a.html"
    page.write_text("<!doctype html><html><body><p>Text</p></body></html>")
    return [
        files.make_pdf(folder / "a.pdf", ["Text"]),
        files.make_word(folder / "a.docx", files.paragraph("Text")),
        files.make_slides(folder / "a.pptx", [("Text", "more")]),
        files.make_sheets(folder / "a.xlsx", {"S": [["Text"]]}),
        files.make_open(folder / "a.odt", "text", "<text:p>Text</text:p>"),
        files.make_book(folder / "a.epub", ["<html><p>Text</p></html>"]),
        page,
    ]


async def fault_of(path: Path) -> DocumentFault | None:
    """Return why a file can't be read; None when it can."""
    try:
        await read_document(path)
    except DocumentError as error:
        return error.fault
    return None


async def test_i06_a_file_that_is_cut_off_says_so(tmp_path: Path) -> None:
    *paths, page = whole(tmp_path)
    for path in paths:
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    page.write_text(page.read_text()[:40])
    faults = await asyncio.gather(*map(fault_of, [*paths, page]))

    # What a PDF's last third is without is found again by its marks.
    assert faults[0] in {None, DocumentFault.DAMAGED}
    assert faults[1:-1] == [DocumentFault.DAMAGED] * 5
    assert faults[-1] in {None, DocumentFault.NO_TEXT}


async def test_i06_the_content_counts_not_the_name(tmp_path: Path) -> None:
    paths = whole(tmp_path)
    renamed = [
        path.rename(tmp_path / f"{number}{paths[number - 1].suffix}")
        for number, path in enumerate(paths)
    ]
    documents = await asyncio.gather(*map(read_document, renamed))

    assert [each.format for each in documents] == [
        Format.PDF,
        Format.WORD,
        Format.POWERPOINT,
        Format.EXCEL,
        Format.OPEN_TEXT,
        Format.EPUB,
        Format.HTML,
    ]


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".xlsx", ".odt", ".epub", ".html", ".txt"])
async def test_i06_nothing_noise_and_pictures_are_told(tmp_path: Path, suffix: str) -> None:
    empty, noise, picture = (tmp_path / f"{name}{suffix}" for name in ("empty", "noise", "picture"))
    empty.touch()
    noise.write_bytes(bytes(range(256)) * 40)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(2000))

    assert await fault_of(empty) is DocumentFault.EMPTY
    for path in (noise, picture):
        assert await fault_of(path) in {DocumentFault.DAMAGED, DocumentFault.UNSUPPORTED}


async def test_i06_a_huge_text_is_refused_by_its_size(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.write(b"A line of text.\n" * 1000)
        file.truncate(2_000_000_000)
    with pytest.raises(DocumentError, match="2,000 MB; files up to 100 MB are read") as caught:
        await read_document(huge)

    assert caught.value.fault is DocumentFault.TOO_LARGE


async def test_i06_one_bad_file_does_not_keep_the_others_out(
    own_home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    good = {path.name for path in whole(folder)}
    (folder / "utf16.txt").write_text("Text in UTF-16", "utf-16")
    (folder / "mixed.txt").write_bytes("Grüße\n".encode() + "Grüße".encode("cp1252"))
    good |= {"utf16.txt", "mixed.txt"}
    (folder / "empty.docx").touch()
    (folder / "cut.xlsx").write_bytes((folder / "a.xlsx").read_bytes()[:900])
    bombs.overlapping_zip(folder / "bomb.docx", "word/document.xml", 600, 1 << 24)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(2_000_000_000)
    (folder / "locked.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")
    home = await open_home(Paths.resolve(own_home))
    library = Library(home.library)
    collection = await library.create("Mixed")
    await library.add(collection, [folder])
    async with home.running():
        await home.say("While they are read, a conversation goes on.")
        async with asyncio.timeout(60):
            while await home.library.waiting_count():
                await asyncio.sleep(0.02)
    documents = {each.path.name: each for each in await library.documents(collection)}
    await home.database.close()

    read = {name for name, each in documents.items() if each.status is DocumentStatus.READY}
    assert read == good
    assert documents["mixed.txt"].notes[0].startswith("Its encoding is mixed")
    assert documents["a.xlsx"].format == Format.EXCEL
    reasons = {name: each.message for name, each in documents.items() if name not in good}
    assert {name: reason.split(maxsplit=3)[:3] for name, reason in reasons.items()} == {
        "bomb.docx": ["It", "unpacks", "to"],
        "cut.xlsx": ["It", "is", "damaged:"],
        "empty.docx": ["It", "is", "empty"],
        "huge.txt": ["It", "has", "2,000"],
        "locked.docx": ["It", "is", "protected"],
    }
