"""Documents as their programs write them, built from their published formats."""

import zipfile
import zlib
from pathlib import Path

import openpyxl

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
    )
)


def make_zip(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def paragraph(text: str, *, style: str = "", level: int | None = None) -> str:
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if level is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def make_word(path: Path, body: str, *, before: str = "", **parts: str) -> Path:
    styles = (
        f'<w:styles {_W}><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>'
    )
    return make_zip(
        path,
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"{before}<w:document {_W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": styles,
            **parts,
        },
    )


def table(rows: list[list[str]]) -> str:
    lines = (
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def make_slides(path: Path, slides: list[tuple[str, str]]) -> Path:
    """Write slides, stored in the reverse of their order in the show."""
    parts: dict[str, str | bytes] = {}
    ids = relations = ""
    for number, (title, text) in enumerate(slides, 1):
        stored = len(slides) + 1 - number
        parts[f"ppt/slides/slide{stored}.xml"] = (
            f'<p:sld {_A}><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>{title}</a:t>'
            f"</a:r></a:p></p:sp><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>"
        )
        ids += f'<p:sldId id="{255 + number}" r:id="rId{number}"/>'
        relations += f'<Relationship Id="rId{number}" Type="{_REL}/slide" Target="slides/slide{stored}.xml"/>'
    parts["ppt/presentation.xml"] = f"<p:presentation {_A}>{ids}</p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = (
        f"<Relationships {_PACKAGE}>{relations}</Relationships>"
    )
    return make_zip(path, parts)


def make_sheets(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def make_open(path: Path, kind: str, body: str) -> Path:
    return make_zip(
        path,
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {_ODF}><office:body><office:{kind}>{body}"
            f"</office:{kind}></office:body></office:document-content>",
        },
    )


def make_book(path: Path, chapters: list[str], **parts: str) -> Path:
    items = "".join(f'<item id="c{n}" href="text/c%20{n}.xhtml"/>' for n in range(len(chapters)))
    order = "".join(f'<itemref idref="c{n}"/>' for n in reversed(range(len(chapters))))
    return make_zip(
        path,
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OEBPS/book.opf"/></container>',
            "OEBPS/book.opf": f"<package><title>A Book</title>{items}{order}</package>",
            **{f"OEBPS/text/c {n}.xhtml": text for n, text in enumerate(chapters)},
            **parts,
        },
    )


def make_pdf(path: Path, pages: list[str], *, tail: str = "", bomb: int = 0) -> Path:
    """Write a PDF with one line of text a page; `bomb` makes each unpack to so many bytes."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    blobs = [text.encode("latin-1") for text in objects]
    for number, text in enumerate(pages):
        blobs.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> >>".encode("latin-1")
        )
        drawing = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode("latin-1")
        packed = zlib.compress(drawing + b" " * bomb, 9)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        blobs.append(head + packed + b"\nendstream")
    return write_pdf(path, blobs, tail=tail)


def write_pdf(path: Path, objects: list[bytes], *, tail: str = "") -> Path:
    """Write a PDF of objects, the first of which is the catalogue; START is its table's place."""
    pieces, size, offsets = [b"%PDF-1.7\n"], 9, list[int]()
    for number, blob in enumerate(objects, 1):
        offsets.append(size)
        pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number, blob))
        size += len(pieces[-1])
    pieces.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    pieces += [b"%010d 00000 n \n" % offset for offset in offsets]
    trailer = tail.replace("START", str(size))
    pieces.append(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n".encode())
    pieces.append(b"startxref\n%d\n%%%%EOF\n" % size)
    path.write_bytes(b"".join(pieces))
    return path


def stream(data: bytes, entries: str = "") -> bytes:
    """Return a PDF's stream object."""
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def pages(kids: str, count: int, contents: bytes) -> list[bytes]:
    """Return a PDF's objects: 4 is a page that shows `contents`, object 5; more may follow."""
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>"
        ),
        contents,
    ]
