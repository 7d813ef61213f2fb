"""PowerPoint: each slide's text and notes, in the order of the show."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from desktop.documents.archive import Archive, attribute, local
from desktop.documents.formats import Format
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits
from desktop.documents.word import core_title

_SHOW = "ppt/presentation.xml"


def read_slides(path: Path, limits: Limits) -> DocumentText:
    """Return the text of all slides; pictures and media are left out.

    Raises:
        DocumentError: it is damaged or too large.
    """
    out = MarkdownWriter(limits.characters)
    with Archive(path, limits.unpacked_bytes) as archive:
        for number, slide in enumerate(_slides(archive), 1):
            out.place(f"slide {number}")
            _read_shapes(archive.elements(slide), out)
            for notes in _targets(archive, slide, "notesSlide").values():
                _read_shapes(archive.elements(notes), out)
        title = core_title(archive)
    return DocumentText(
        format=Format.POWERPOINT, text=out.text, title=title, places=tuple(out.places)
    )


def _slides(archive: Archive) -> list[str]:
    targets = _targets(archive, _SHOW, "slide")
    order = [
        value
        for event, element in archive.elements(_SHOW)
        if event == "end" and local(element) == "sldId"
        for key, value in element.attrib.items()
        if key.endswith("}id")
    ]
    return [targets[key] for key in order if key in targets]


def _targets(archive: Archive, part: str, kind: str) -> dict[str, str]:
    """Return what a part refers to inside the file: relation id → name of the part."""
    folder, name = posixpath.split(part)
    found: dict[str, str] = {}
    for event, element in archive.elements(f"{folder}/_rels/{name}.rels"):
        if event != "end" or attribute(element, "TargetMode") == "External":
            continue
        if attribute(element, "Type").rpartition("/")[2] == kind:
            target = attribute(element, "Target")
            whole = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
            found[attribute(element, "Id")] = posixpath.normpath(whole)
    return found


def _read_shapes(events: Iterator[tuple[str, Element]], out: MarkdownWriter) -> None:
    """Write each shape's paragraphs; the title's shape is a heading."""
    is_title = is_number = False
    words: list[str] = []
    for event, element in events:
        name = local(element)
        if event == "start":
            if name == "sp":
                is_title = is_number = False
            elif name == "ph":
                is_title = attribute(element, "type") in {"title", "ctrTitle"}
                is_number = attribute(element, "type") in {"sldNum", "dt", "ftr"}
        elif name == "t":
            words.append(element.text or "")
        elif name == "br":
            words.append("\n")
        elif name == "p":
            text, words = "".join(words), []
            if is_title:
                out.heading(text, 2)
            elif not is_number:
                out.paragraph(text)
