"""Case I-03 for documents: zips that unpack to far more than they are."""

import asyncio
import zipfile
from pathlib import Path

import pytest

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.model import Limits
from desktop.documents.read import read_document
from tests.documents import bombs, files

PARTS = {
    "a.docx": "word/document.xml",
    "a.xlsx": "xl/workbook.xml",
    "a.pptx": "ppt/presentation.xml",
    "a.epub": "META-INF/container.xml",
}
DEFAULT = Limits()


async def fault_of(path: Path, limits: Limits = DEFAULT) -> DocumentFault:
    with pytest.raises(DocumentError) as caught:
        await read_document(path, limits)
    return caught.value.fault


async def test_i03_ten_gigabytes_in_a_few_kilobytes_are_refused(tmp_path: Path) -> None:
    paths = [
        bombs.overlapping_zip(tmp_path / name, part, entries=600, size=1 << 24)
        for name, part in PARTS.items()
    ]
    for path, fault in zip(paths, await asyncio.gather(*map(fault_of, paths)), strict=True):
        assert path.stat().st_size < 60_000
        assert fault is DocumentFault.TOO_LARGE


async def test_i03_a_million_parts_are_refused(tmp_path: Path) -> None:
    paths = [
        bombs.crowded_zip(tmp_path / name, PARTS[name], 1_000_000) for name in ("a.docx", "a.epub")
    ]

    assert await asyncio.gather(*map(fault_of, paths)) == [DocumentFault.TOO_LARGE] * 2


async def test_i03_an_archive_inside_is_left_packed(tmp_path: Path) -> None:
    inner = bombs.overlapping_zip(tmp_path / "inner.zip", "a", entries=600, size=1 << 24)
    path = files.make_word(tmp_path / "a.docx", files.paragraph("Text"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(inner, "word/embeddings/inner.zip")

    assert (await read_document(path)).text == "Text\n\n"


async def test_i03_what_a_part_claims_is_not_believed(tmp_path: Path) -> None:
    documents = [
        (
            files.make_word(tmp_path / "a.docx", files.paragraph("x" * 30_000_000)),
            "word/document.xml",
        ),
        (
            files.make_open(tmp_path / "a.odt", "text", f"<text:p>{'x' * 30_000_000}</text:p>"),
            "content.xml",
        ),
        (
            files.make_book(tmp_path / "a.epub", [f"<html>{'x' * 30_000_000}</html>"]),
            "OEBPS/text/c 0.xhtml",
        ),
    ]
    limits = Limits(unpacked_bytes=10_000_000)
    for path, part in documents:
        assert path.stat().st_size < 100_000
        assert await fault_of(path, limits) is DocumentFault.TOO_LARGE
        with zipfile.ZipFile(path) as archive:
            size = archive.getinfo(part).file_size
        lying = path.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
        path.write_bytes(lying)
        assert await fault_of(path, limits) in {DocumentFault.DAMAGED, DocumentFault.TOO_LARGE}
