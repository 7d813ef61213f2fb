"""A file in the composer, before it is sent."""

from dataclasses import dataclass

from desktop.core.content import DocumentPart, ImagePart


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as it will be sent; `tokens` is an estimate, `thumbnail` a PNG or b''."""

    name: str
    part: ImagePart | DocumentPart
    tokens: int
    detail: str
    thumbnail: bytes = b""
