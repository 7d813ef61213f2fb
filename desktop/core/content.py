"""What a message consists of, whoever wrote it and whichever provider it goes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any


class Role(StrEnum):
    """Who speaks in a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class FinishReason(StrEnum):
    """Why an answer ended, the same words for every provider."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class TextPart:
    """Plain or Markdown text."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class StoredBytes:
    """Bytes kept in a file under their SHA-256, read when they are needed."""

    path: Path
    digest: str
    size: int

    def __eq__(self, other: object) -> bool:
        """Compare what is held, wherever it is."""
        if isinstance(other, StoredBytes):
            return self.digest == other.digest
        return isinstance(other, bytes) and sha256(other).hexdigest() == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __len__(self) -> int:
        return self.size


Content = bytes | StoredBytes


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture; `media_type` such as `image/png`."""

    content: Content = field(repr=False)
    media_type: str

    @property
    def data(self) -> bytes:
        """Its bytes.

        Raises:
            OSError: the file that holds them is gone.
        """
        return _bytes_of(self.content)


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A file, such as a PDF; `name` is shown to the model."""

    content: Content = field(repr=False)
    media_type: str
    name: str

    @property
    def data(self) -> bytes:
        """Its bytes.

        Raises:
            OSError: the file that holds them is gone.
        """
        return _bytes_of(self.content)


ContentPart = TextPart | ImagePart | DocumentPart


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool the model asks for.

    `arguments` is the decoded JSON object; when the model's text was none, it is empty,
    `error` says why (`invalid_json`, `not_an_object`, `truncated`, `no_name`) and
    `raw_arguments` holds what came. A call with an `error` is never run.
    """

    id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    raw_arguments: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one exchange; None where the provider did not say.

    `input_tokens` is everything that was read, cached and cache-written tokens included;
    `output_tokens` everything that was written, reasoning included. `cost` is in US dollars,
    at the price of the day.
    """

    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: float | None = None


def _bytes_of(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.path.read_bytes()


def text_of(content: str | tuple[ContentPart, ...]) -> str:
    """Join the text parts of `content` with blank lines; pictures and files have none."""
    if isinstance(content, str):
        return content
    return "\n\n".join(part.text for part in content if isinstance(part, TextPart))
