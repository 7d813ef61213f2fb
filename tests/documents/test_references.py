"""Case I-05: what a document refers to is not fetched, not read and not run."""

import os
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.read import read_document
from tests.documents import files

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VBA = b'Attribute VB_Name = "Auto"\r\nSub AutoOpen()\r\nShell "touch macro-ran"\r\nEnd Sub'


class Canary:
    """A server and a file that nobody may touch; the file lets no reader go again."""

    def __init__(self, folder: Path, server: socket.socket) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{server.getsockname()[1]}/canary"
        self.file = folder / "canary"
        os.mkfifo(self.file)

    def assert_untouched(self) -> None:
        with pytest.raises(BlockingIOError):
            self.server.accept()
        with pytest.raises(OSError, match="No such device"):  # there is no reader
            os.open(self.file, os.O_WRONLY | os.O_NONBLOCK)


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Canary(tmp_path, server)


def changed(path: Path, part: str, change: Callable[[str], str], **more: str | bytes) -> Path:
    """Write a zip anew with one part changed and others added."""
    with zipfile.ZipFile(path) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(archive_text(parts.get(part, b"")))
    return files.make_zip(path, parts | more)


def archive_text(part: str | bytes) -> str:
    return part if isinstance(part, str) else part.decode()


def with_doctype(doctype: str, entity: str) -> Callable[[str], str]:
    def change(xml: str) -> str:
        declaration, sign, rest = xml.partition("?>")
        xml = f"{declaration}{sign}{doctype}{rest}" if sign else doctype + xml
        return xml.replace("Text", f"&{entity};")

    return change


def office(folder: Path) -> dict[str, tuple[Path, str]]:
    """Write one document of each kind that holds the word Text; with the part that has it."""
    sheet = files.make_sheets(folder / "a.xlsx", {"S": [["Text"]]})
    slides = files.make_slides(folder / "a.pptx", [("Text", "more")])
    return {
        "docx": (files.make_word(folder / "a.docx", files.paragraph("Text")), "word/document.xml"),
        "xlsx": (sheet, "xl/worksheets/sheet1.xml"),
        "pptx": (slides, "ppt/slides/slide1.xml"),
        "odt": (files.make_open(folder / "a.odt", "text", "<text:p>Text</text:p>"), "content.xml"),
        "epub": (
            files.make_book(folder / "a.epub", ["<html><p>Text</p></html>"]),
            "OEBPS/book.opf",
        ),
    }


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "epub"])
async def test_i05_entities_read_no_file_and_do_not_grow(
    tmp_path: Path, canary: Canary, kind: str
) -> None:
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{canary.file.as_uri()}">]>'
    loaded = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{canary.url}">%p;]>'
    growing = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;">]>'
    for doctype in (outside, loaded, growing):
        path, part = office(tmp_path)[kind]
        changed(path, part, with_doctype(doctype, "e"))
        with pytest.raises(DocumentError) as caught:
            await read_document(path)

        assert caught.value.fault is DocumentFault.DAMAGED
    canary.assert_untouched()


def relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="out" Type="{RELATIONS}/{kind}" TargetMode="External" '
        f'Target="{target}"/></Relationships>'
    )


def add_relation(kind: str, target: str) -> Callable[[str], str]:
    """Add an external relation to those that there are."""
    line = relation(kind, target).partition(">")[2].removesuffix("</Relationships>")
    return lambda xml: xml.replace("</Relationships>", f"{line}</Relationships>")


async def test_i05_relations_lead_nowhere(tmp_path: Path, canary: Canary) -> None:
    for target in (canary.url, canary.file.as_uri(), str(canary.file), f"//127.0.0.1{canary.file}"):
        documents = office(tmp_path)
        word, slides, sheet = (documents[kind][0] for kind in ("docx", "pptx", "xlsx"))
        template = relation("attachedTemplate", target)
        changed(word, "word/_rels/document.xml.rels", lambda _, xml=template: xml)
        changed(slides, "ppt/_rels/presentation.xml.rels", add_relation("slide", target))
        link = relation("externalLinkPath", target)
        changed(
            sheet,
            "xl/_rels/workbook.xml.rels",
            add_relation("externalLink", target),
            **{"xl/externalLinks/_rels/externalLink1.xml.rels": link},
        )
        for path in (word, slides, sheet):
            assert "Text" in (await read_document(path)).text
    canary.assert_untouched()


async def test_i05_pages_load_nothing(tmp_path: Path, canary: Canary) -> None:
    tags = "".join(
        f'<img src="{target}"><img srcset="{target} 2x"><iframe src="{target}"></iframe>'
        f'<link rel="stylesheet" href="{target}"><script src="{target}"></script>'
        f'<object data="{target}"></object><embed src="{target}"><video poster="{target}"></video>'
        f'<style>@import url({target});</style><meta http-equiv="refresh" content="0;url={target}">'
        f'<svg><image href="{target}"/><use xlink:href="{target}#a"/></svg><base href="{target}">'
        for target in (canary.url, canary.file.as_uri(), str(canary.file))
    )
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><html><body><p>Before</p>{tags}<p>After</p></body></html>")
    book = files.make_book(tmp_path / "book.epub", [page.read_text()])
    drawing = f'<draw:frame><draw:image xlink:href="{canary.url}"/></draw:frame>'
    text = files.make_open(
        tmp_path / "a.odt",
        "text",
        f'<text:p xmlns:xlink="x">Before{drawing}</text:p><text:p>After</text:p>',
    )
    for path in (page, book, text):
        assert (await read_document(path)).text == "Before\n\nAfter\n\n"
    canary.assert_untouched()


async def test_i05_a_book_of_files_elsewhere_has_no_text(tmp_path: Path, canary: Canary) -> None:
    for target in (canary.url, canary.file.as_uri(), str(canary.file), "../../canary"):
        path = files.make_book(tmp_path / "a.epub", ["<html><p>Text</p></html>"])
        changed(path, "OEBPS/book.opf", lambda xml, to=target: xml.replace("text/c%200.xhtml", to))
        with pytest.raises(DocumentError) as caught:
            await read_document(path)
        assert caught.value.fault is DocumentFault.NO_TEXT
    canary.assert_untouched()


async def test_i05_macros_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folders = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}
    for kind, (path, part) in office(tmp_path).items():
        if (folder := folders.get(kind)) is None:
            continue
        macros = changed(path, part, str, **{f"{folder}/vbaProject.bin": VBA})
        with_macros = macros.rename(path.with_suffix(f".{kind[:-1]}m"))

        assert "Text" in (await read_document(with_macros)).text
    assert not (tmp_path / "macro-ran").exists()
