"""Files for a message: looked at, brought into a form that models read, stored once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from desktop.core.attachment import Attachment
from desktop.core.connection import is_local_model
from desktop.core.content import (
    ContentPart,
    DocumentPart,
    ImagePart,
    StoredBytes,
    TextPart,
)
from desktop.core.conversation import Message
from desktop.core.errors import AttachmentRefused, DocumentError
from desktop.core.images import image_type
from desktop.core.tokens import estimate_tokens
from desktop.documents.read import read_document
from desktop.llm.abilities import reads_images
from desktop.llm.factory import CompletionsConfig
from desktop.storage.attachments import AttachmentFiles
from desktop.storage.file_errors import file_error

MAX_FILES = 20
MAX_PICTURE_BYTES = 60_000_000
MAX_TOKENS = 200_000
"""Of one document; more than that fits into hardly any model."""
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".ico"})
_BEGINNING = 16
_TOKEN_PIXELS = 750
"""Pixels of a picture for each token (Anthropic's rule; OpenAI's differ by model)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is sent, and a small one of it as PNG to show; sizes in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int
    thumbnail: bytes


PreparePicture = Callable[[bytes], Awaitable[Picture | None]]
"""Decodes a picture and makes it small enough to be sent; None where it is none."""


class Attaching:
    """Makes attachments and stores their bytes in `files`."""

    def __init__(self, files: AttachmentFiles, prepare: PreparePicture) -> None:
        self._files = files
        self._prepare = prepare

    async def from_file(self, path: Path, config: CompletionsConfig | None) -> Attachment:
        """Read a file for the model that `config` names.

        Raises:
            AttachmentRefused: it can't be read, is too large, or is nothing for that model.
            StorageError: it could not be stored.
        """
        if not await asyncio.to_thread(path.is_file):
            raise AttachmentRefused(
                f"{path.name} is no file that can be read.",
                cure="Attach files one by one, not folders; check that it is still there.",
            )
        try:
            is_picture = await asyncio.to_thread(_is_picture, path)
            if is_picture:
                return await self.from_picture(
                    await asyncio.to_thread(_read_picture, path), path.name, config
                )
        except OSError as error:
            why = file_error(error, path)
            raise AttachmentRefused(why.message, cure=why.cure) from error
        return await self._from_document(path)

    async def from_picture(
        self, data: bytes, name: str, config: CompletionsConfig | None
    ) -> Attachment:
        """Take a picture by its bytes; raises as `from_file` does."""
        if config is not None and not _may_see(config):
            raise AttachmentRefused(
                f"{config.model or 'The local model'} can't read pictures.",
                cure="Choose a model that reads images, with the button at the top.",
            )
        picture = await self._prepare(data)
        if picture is None:
            raise AttachmentRefused(
                f"{name} is damaged, or no picture that can be read.",
                cure="Save it as PNG or JPEG and attach that.",
            )
        stored = await asyncio.to_thread(self._files.keep, picture.data)
        tokens = max(1, picture.width * picture.height // _TOKEN_PIXELS)
        return Attachment(
            name=name,
            part=ImagePart(stored, picture.media_type),
            tokens=tokens,
            detail=f"{picture.width} x {picture.height}",
            thumbnail=picture.thumbnail,
        )

    async def _from_document(self, path: Path) -> Attachment:
        try:
            document = await read_document(path)
        except DocumentError as error:
            raise AttachmentRefused(
                f"{path.name} can't be attached. {error.message}", cure=error.cure
            ) from error
        text = "\n\n".join([document.text, *document.notes]).strip()
        tokens = await asyncio.to_thread(estimate_tokens, text)
        if tokens > MAX_TOKENS:
            raise AttachmentRefused(
                f"{path.name} has about {tokens:,} tokens; hardly any model takes that many.",
                cure="Attach the part that matters, or add it to the library.",
            )
        stored = await asyncio.to_thread(self._files.keep, text.encode("utf-8", "replace"))
        return Attachment(
            name=path.name,
            part=DocumentPart(stored, "text/markdown", path.name),
            tokens=tokens,
            detail=document.format.upper(),
        )


def with_bytes(branch: Sequence[Message]) -> list[Message]:
    """Read what the messages refer to, in a thread; what is gone is said in words."""
    return [replace(each, parts=tuple(map(_read, each.parts))) for each in branch]


def _read(part: ContentPart) -> ContentPart:
    match part:
        case TextPart():
            return part
        case ImagePart() | DocumentPart() if isinstance(part.content, StoredBytes):
            try:
                return replace(part, content=part.data)
            except OSError:
                name = part.name if isinstance(part, DocumentPart) else "A picture"
                return TextPart(f"[{name}: its file is gone]")
        case _:
            return part


def _is_picture(path: Path) -> bool:
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    return image_type(beginning) is not None or path.suffix.lower() in _PICTURES


def _read_picture(path: Path) -> bytes:
    if path.stat().st_size > MAX_PICTURE_BYTES:
        raise AttachmentRefused(
            f"{path.name} is larger than {MAX_PICTURE_BYTES // 1_000_000} MB.",
            cure="Save a smaller copy of the picture and attach that.",
        )
    return path.read_bytes()


def _may_see(config: CompletionsConfig) -> bool:
    if is_local_model(config.endpoint):
        return False
    host = urlsplit(config.endpoint or "").hostname or f"api.{config.provider}.com"
    return reads_images(host, config.model) is not False
