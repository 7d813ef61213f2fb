"""Case I-04: PDFs that loop, unpack without end, or are locked."""

import asyncio
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents import pdf
from desktop.documents.model import DocumentText, Limits
from desktop.documents.parse import parse
from desktop.documents.read import read_document
from tests.documents import bombs, files

ONE = b"BT /F1 12 Tf 72 700 Td (Round) Tj ET"
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 20)
)
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><!DOCTYPE x [<!ENTITY l0 "ha">'
    + LAUGHS
    + b"]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&l19;</x:xmpmeta>"
)


async def read(path: Path) -> DocumentText | DocumentFault:
    """Return what is read, or why nothing is."""
    try:
        return await read_document(path)
    except DocumentError as error:
        return error.fault


async def test_i04_tables_that_point_at_each_other_end(tmp_path: Path) -> None:
    one = files.make_pdf(tmp_path / "one.pdf", ["Round"], tail="/Prev START")
    two = files.make_pdf(tmp_path / "two.pdf", ["Round"], tail="/Prev 0000000000")
    data = two.read_bytes()
    first = data.rindex(b"xref\n0 ")
    second = len(data)
    data = data.replace(b"/Prev 0000000000", b"/Prev %010d" % second)
    table = b"xref\n0 1\n0000000000 65535 f \n"
    trailer = b"trailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % first
    two.write_bytes(data + table + trailer + b"startxref\n%d\n%%%%EOF\n" % second)

    for document in await asyncio.gather(read(one), read(two)):
        assert isinstance(document, DocumentText)
        assert document.text == "Round\n\n"


async def test_i04_streams_that_unpack_without_end_are_refused(tmp_path: Path) -> None:
    flate = files.stream(bombs.zeros(10 << 30), "/Filter /FlateDecode")
    twice = files.stream(
        zlib.compress(bombs.zeros(10 << 30), 9), "/Filter [/FlateDecode /FlateDecode]"
    )
    packed = files.stream(bombs.lzw(150), "/Filter /LZWDecode")
    small = len(twice)
    paths = [
        files.write_pdf(tmp_path / f"{number}.pdf", files.pages("4 0 R", 1, contents))
        for number, contents in enumerate((flate, twice, packed))
    ]

    assert small < 30_000, "ten gigabytes in thirty kilobytes"
    for fault in await asyncio.gather(*map(read, paths)):
        assert fault is DocumentFault.TOO_LARGE


async def test_i04_metadata_that_grows_is_not_expanded(tmp_path: Path) -> None:
    objects = files.pages("4 0 R", 1, files.stream(ONE))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>"
    objects.append(files.stream(XMP, "/Type /Metadata /Subtype /XML"))
    document = await read(files.write_pdf(tmp_path / "laughs.pdf", objects))

    assert isinstance(document, DocumentText)
    assert document.text == "Round\n\n"


async def test_i04_trees_without_end(tmp_path: Path) -> None:
    contents = files.stream(ONE)
    tree = files.pages("6 0 R " * 10, 10**12, contents)
    tree += [
        f"<< /Type /Pages /Kids [{f'{7 + level} 0 R ' * 10}] /Count {10**11} >>".encode()
        for level in range(10)
    ]
    tree.append(b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>")
    outline = files.pages("4 0 R", 1, contents)
    outline[0] = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
    outline.append(b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>")
    outline.append(b"<< /Title (Again) /Parent 6 0 R /Next 7 0 R /First 7 0 R >>")
    inside_itself = files.pages("2 0 R 4 0 R", 2, contents)
    everything = (tree, outline, inside_itself)
    paths = [
        files.write_pdf(tmp_path / f"{number}.pdf", objects)
        for number, objects in enumerate(everything)
    ]
    trees, outlined, recursive = await asyncio.gather(*map(read, paths))

    assert trees is DocumentFault.TOO_LARGE
    assert recursive is DocumentFault.DAMAGED
    assert isinstance(outlined, DocumentText)
    assert outlined.text == "Round\n\n"


def test_i04_of_a_hundred_thousand_pages_the_first_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = files.pages("4 0 R " * 100_000, 100_000, files.stream(ONE))
    path = files.write_pdf(tmp_path / "many.pdf", objects)
    monkeypatch.setattr(pdf, "MAX_PAGES", 3)
    by_count = parse(path, Limits())
    by_time = parse(path, Limits(seconds=0))

    assert by_count.text == "Round\n\n" * 3
    assert by_count.notes == ("It has 100,000 pages, too many to read; the first 3 were.",)
    assert by_time.notes == ("It has 100,000 pages, too many to read; the first 1 were.",)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
async def test_i04_what_is_sealed_without_a_password_is_read(
    tmp_path: Path, algorithm: str
) -> None:
    plain = files.make_pdf(tmp_path / "plain.pdf", ["Secret"])
    for name, user in (("open", ""), ("locked", "word")):
        writer = PdfWriter(clone_from=PdfReader(plain))
        writer.encrypt(user, "owner", algorithm=algorithm)
        writer.write(tmp_path / f"{name}.pdf")
    opened, locked = await asyncio.gather(
        read(tmp_path / "open.pdf"), read(tmp_path / "locked.pdf")
    )

    assert isinstance(opened, DocumentText)
    assert opened.text == "Secret\n\n"
    assert locked is DocumentFault.ENCRYPTED
