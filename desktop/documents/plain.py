"""Text of any encoding."""

import codecs

from desktop.core.errors import DocumentError, DocumentFault
from desktop.documents.formats import Format
from desktop.documents.model import DocumentText, Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_HALF_ZERO = 0.3  # of every second byte: Latin text in UTF-16 has nearly all of them
_MIXED = "Its encoding is mixed or unknown; some characters may be wrong."


def read_plain(data: bytes, form: Format, limits: Limits) -> DocumentText:
    """Return a text file as it is.

    Raises:
        DocumentError: it is not text, or too long.
    """
    text, note = decode(data)
    if len(text) > limits.characters:
        raise DocumentError(
            f"Its text is longer than {limits.characters:,} characters.",
            fault=DocumentFault.TOO_LARGE,
            cure="Split the file into parts.",
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return DocumentText(format=form, text=text, notes=(note,) if note else ())


def decode(data: bytes) -> tuple[str, str]:
    """Return `data` as text, and a note where characters had to be guessed.

    Raises:
        DocumentError: it is no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return text, _MIXED if "\ufffd" in text else ""
    if encoding := _unmarked_utf16(data[:_SAMPLE]):
        return data.decode(encoding, "replace"), ""
    if b"\0" in data:
        raise DocumentError(
            "It is not text.",
            fault=DocumentFault.UNSUPPORTED,
            cure="Parley reads PDF, Office, OpenDocument, EPUB, HTML and text files.",
        )
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _by_line(data)


def _by_line(data: bytes) -> tuple[str, str]:
    """Decode each line for itself: files that several programs wrote to are mixed."""
    lines: list[str] = []
    is_mixed = False
    for line in data.splitlines(keepends=True):
        try:
            decoded = line.decode("utf-8")
            is_mixed = is_mixed or not line.isascii()
        except UnicodeDecodeError:
            decoded = line.decode("cp1252", "replace")
        lines.append(decoded)
    text = "".join(lines)
    return text, _MIXED if is_mixed or "\ufffd" in text else ""


def _unmarked_utf16(sample: bytes) -> str | None:
    half = max(1, len(sample) // 2)
    odd, even = sample[1::2].count(0) / half, sample[::2].count(0) / half
    if odd > _HALF_ZERO and even < odd / 10:
        return "utf-16-le"
    return "utf-16-be" if even > _HALF_ZERO and odd < even / 10 else None
