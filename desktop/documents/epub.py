"""EPUB: the chapters of a book, in reading order."""

import posixpath
from pathlib import Path
from urllib.parse import unquote

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.archive import Archive, attribute, local
from desktop.documents.formats import Format
from desktop.documents.html import write_html
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits
from desktop.documents.plain import decode


def read_epub(path: Path, limits: Limits) -> DocumentText:
    """Return the text of all chapters.

    Raises:
        DocumentError: it is damaged, too large, or sealed against copying.
    """
    out = MarkdownWriter(limits.characters)
    with Archive(path, limits.unpacked_bytes) as archive:
        if "META-INF/rights.xml" in archive.names:
            raise DocumentError(
                "It is sealed against copying (DRM).", fault=DocumentFault.ENCRYPTED
            )
        title, chapters = _package(archive)
        for number, chapter in enumerate(chapters, 1):
            out.place(f"chapter {number}")
            write_html(decode(archive.read(chapter))[0], out)
    return DocumentText(format=Format.EPUB, text=out.text, title=title, places=tuple(out.places))


def _package(archive: Archive) -> tuple[str, list[str]]:
    """Return the book's title and the names of its chapters."""
    package = next(
        (
            attribute(element, "full-path")
            for event, element in archive.elements("META-INF/container.xml")
            if event == "end" and local(element) == "rootfile"
        ),
        "",
    )
    title, files, order = "", dict[str, str](), list[str]()
    for event, element in archive.elements(package):
        if event != "end":
            continue
        match local(element):
            case "title" if not title:
                title = (element.text or "").strip()
            case "item":
                name = posixpath.join(posixpath.dirname(package), attribute(element, "href"))
                files[attribute(element, "id")] = posixpath.normpath(unquote(name))
            case "itemref":
                order.append(attribute(element, "idref"))
            case _:
                pass
    return title, [files[key] for key in order if key in files]
