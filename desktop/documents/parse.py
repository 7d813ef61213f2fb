"""From a file to its text, by the parser of its format; runs inside the child."""

from pathlib import Path

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.formats import PLAIN, Format, format_of
from desktop.documents.markdown import MarkdownWriter
from desktop.documents.model import DocumentText, Limits
from desktop.documents.zips import DAMAGED


def parse(path: Path, limits: Limits) -> DocumentText:
    """Read the file at `path` whole.

    Raises:
        DocumentError: it can't be read; says why.
        OSError: the file can't be opened.
    """
    form = format_of(path)
    try:
        document = _parse(path, form, limits)
    except DAMAGED as error:
        raise DocumentError(
            f"It is damaged: its {form} content can't be unpacked.",
            fault=DocumentFault.DAMAGED,
            cure="Copy or download it once more.",
        ) from error
    if not document.text.strip():
        raise DocumentError("There is no text in it.", fault=DocumentFault.NO_TEXT)
    return document


def _parse(path: Path, form: Format, limits: Limits) -> DocumentText:
    if form in PLAIN:
        from desktop.documents.plain import read_plain

        return read_plain(path.read_bytes(), form, limits)
    match form:
        case Format.PDF:
            from desktop.documents.pdf import read_pdf

            return read_pdf(path, limits)
        case Format.WORD:
            from desktop.documents.word import read_word

            return read_word(path, limits)
        case Format.POWERPOINT:
            from desktop.documents.slides import read_slides

            return read_slides(path, limits)
        case Format.EXCEL:
            from desktop.documents.sheets import read_sheets

            return read_sheets(path, limits)
        case Format.EPUB:
            from desktop.documents.epub import read_epub

            return read_epub(path, limits)
        case Format.HTML:
            return _read_html(path, limits)
        case _:
            from desktop.documents.opendocument import read_opendocument

            return read_opendocument(path, limits, form)


def _read_html(path: Path, limits: Limits) -> DocumentText:
    from desktop.documents.html import write_html
    from desktop.documents.plain import decode

    html, note = decode(path.read_bytes())
    out = MarkdownWriter(limits.characters)
    title = write_html(html, out)
    return DocumentText(
        format=Format.HTML, text=out.text, title=title, notes=(note,) if note else ()
    )
