"""Every format is read with its structure, in the process of the test."""

from pathlib import Path

import pytest

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.formats import Format
from desktop.documents.model import DocumentText, Limits, Place
from desktop.documents.parse import parse
from tests.documents import files


def read(path: Path, **limits: int) -> DocumentText:
    return parse(path, Limits(**limits))


def test_word_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    body = (
        files.paragraph("Annual report", style="Titel")
        + files.paragraph("Costs", style="berschrift2")
        + files.paragraph("Rent &amp; heat rose.")
        + files.paragraph("rent", level=0)
        + files.paragraph("heat", level=1)
        + files.paragraph("After the list.")
        + files.table([["item", "euro"], ["rent", "900"]])
    )
    document = read(files.make_word(tmp_path / "a.docx", body))

    assert document.format is Format.WORD
    assert document.text == (
        "# Annual report\n\n## Costs\n\nRent & heat rose.\n\n- rent\n  - heat\n\nAfter the list.\n\n"
        "| item | euro |\n| --- | --- |\n| rent | 900 |\n\n"
    )


def test_slides_come_in_the_order_of_the_show(tmp_path: Path) -> None:
    path = files.make_slides(tmp_path / "a.pptx", [("First", "one"), ("Second", "two")])
    document = read(path)

    assert document.text == "## First\n\none\n\n## Second\n\ntwo\n\n"
    assert document.places == (Place(0, "slide 1"), Place(15, "slide 2"))


def test_sheets_are_tables(tmp_path: Path) -> None:
    rows: list[list[object]] = [["name", "age"], ["Ann|e", 31], [None, None]]
    document = read(files.make_sheets(tmp_path / "a.xlsx", {"People": rows, "Empty": []}))

    assert document.text.startswith("## People\n\n| name | age |\n| --- | --- |\n| Ann\\|e | 31 |")
    assert [place.name for place in document.places] == ["sheet People", "sheet Empty"]


def test_opendocument_text(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">A <text:span>bold</text:span> head</text:h>'
        "<text:p>one<text:s/><text:tab/>two<text:line-break/>three</text:p>"
        "<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>"
    )
    document = read(files.make_open(tmp_path / "a.odt", "text", body))

    assert document.text == "## A bold head\n\none two\nthree\n\n- item\n\n"


def test_opendocument_sheets_repeat_cells_within_reason(tmp_path: Path) -> None:
    body = (
        '<table:table table:name="T"><table:table-row><table:table-cell><text:p>a</text:p>'
        '</table:table-cell><table:table-cell table:number-columns-repeated="16000000"/>'
        "</table:table-row></table:table>"
    )
    document = read(files.make_open(tmp_path / "a.ods", "spreadsheet", body))

    assert document.text == "## T\n\n| a |\n| --- |\n\n"
    assert document.places == (Place(0, "sheet T"),)


def test_a_book_is_read_in_its_order(tmp_path: Path) -> None:
    chapters = ["<html><body><h1>End</h1></body></html>", "<html><p>Begin</p></html>"]
    document = read(files.make_book(tmp_path / "a.epub", chapters))

    assert document.title == "A Book"
    assert document.text == "Begin\n\n# End\n\n"


def test_html_leaves_out_what_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<!doctype html><head><title>The  page</title><style>p{}</style></head><body>"
        "<nav>menu</nav><h2>Head</h2><p>one\ntwo<br>three <b>bold</b></p><script>no()</script>"
        "<ul><li>a<ul><li>b</ul></ul><pre>  x = 1\n</pre>"
        "<table><tr><th>k<th>v<tr><td>1<td>2</table>"
        '<img src="http://127.0.0.1:9/x.png" alt="a plan"></body>'
    )
    document = read(path)

    assert document.title == "The page"
    assert document.text == (
        "## Head\n\none two\nthree bold\n\n- a\n  - b\n\n```\n  x = 1\n```\n\n"
        "| k | v |\n| --- | --- |\n| 1 | 2 |\n\na plan\n\n"
    )


def test_pdf_pages_are_places(tmp_path: Path) -> None:
    path = files.make_pdf(tmp_path / "a.pdf", ["Hello page one", "Hello page two", " "])
    document = read(path)

    assert document.text == "Hello page one\n\nHello page two\n\n"
    assert document.places == (Place(0, "page 1"), Place(16, "page 2"))
    assert document.notes == ("There is no text on 1 of its 3 pages: 3.",)


@pytest.mark.parametrize(
    ("data", "text", "notes"),
    [
        ("Grüße\r\nan alle".encode(), "Grüße\nan alle", 0),
        ("\ufeffGrüße".encode(), "Grüße", 0),
        ("Grüße".encode("utf-16"), "Grüße", 0),
        ("Hello there".encode("utf-16-be"), "Hello there", 0),
        ("Hello there".encode("utf-32"), "Hello there", 0),
        ("Grüße".encode("cp1252"), "Grüße", 0),
        ("Grüße\n".encode() + "Grüße".encode("cp1252"), "Grüße\nGrüße", 1),
    ],
    ids=["utf-8", "mark", "utf-16", "utf-16 unmarked", "utf-32", "cp1252", "mixed"],
)
def test_text_of_any_encoding(tmp_path: Path, data: bytes, text: str, notes: int) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    document = read(path)

    assert document.text == text
    assert len(document.notes) == notes


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("a.pdf", b"hello", DocumentFault.DAMAGED),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", DocumentFault.ENCRYPTED),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", DocumentFault.UNSUPPORTED),
        ("a.docx", b"PK\x03\x04cut off", DocumentFault.DAMAGED),
        ("a.rtf", b"{\\rtf1 hello}", DocumentFault.UNSUPPORTED),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", DocumentFault.UNSUPPORTED),
        ("a.md", b" \n\n ", DocumentFault.NO_TEXT),
        ("a.pdf", b"%PDF-1.7\nnothing more", DocumentFault.DAMAGED),
    ],
)
def test_what_is_no_document_says_why(
    tmp_path: Path, name: str, data: bytes, fault: DocumentFault
) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(DocumentError) as caught:
        read(path)

    assert caught.value.fault is fault
    assert caught.value.message.startswith(("It ", "There "))


def test_the_content_counts_not_the_name(tmp_path: Path) -> None:
    path = files.make_pdf(tmp_path / "report.txt", ["Really a PDF"])

    assert read(path).format is Format.PDF


def test_an_archive_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="archive"):
        read(files.make_zip(tmp_path / "a.zip", {"a.txt": "hello"}))


def test_a_text_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = files.make_word(tmp_path / "a.docx", files.paragraph("word " * 50) * 3)

    with pytest.raises(DocumentError, match="longer than 500 characters"):
        read(path, characters=500)


def test_a_zip_whose_kind_cannot_be_unpacked_is_damaged(tmp_path: Path) -> None:
    path = files.make_zip(tmp_path / "a.odt", {"mimetype": "application/vnd.oasis" * 9})
    data = bytearray(path.read_bytes())
    data[30 + len("mimetype")] = 0xFF  # no deflated block begins so
    path.write_bytes(data)

    with pytest.raises(DocumentError) as caught:
        read(path)

    assert caught.value.fault is DocumentFault.DAMAGED
