"""Pictures and files as every dialect wants them: base64, or plain text where it is text."""

from base64 import b64encode

from desktop.core.content import DocumentPart, ImagePart

_TEXT_TYPES = {"application/json", "application/xml", "application/yaml", "application/toml"}


def base64_of(part: ImagePart | DocumentPart) -> str:
    """Return the bytes of `part` in base64."""
    return b64encode(part.data).decode("ascii")


def data_url(part: ImagePart | DocumentPart) -> str:
    """Return `part` as a data URL (RFC 2397)."""
    return f"data:{part.media_type};base64,{base64_of(part)}"


def text_in(part: DocumentPart) -> str | None:
    """Return the text of a text file under its name; None when it is none."""
    if not part.media_type.startswith("text/") and part.media_type not in _TEXT_TYPES:
        return None
    return f"{part.name}:\n\n{part.data.decode('utf-8', 'replace')}"
