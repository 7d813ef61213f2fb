"""What a message consists of, whoever wrote it and whichever provider it goes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture by its bytes; `media_type` such as `image/png`."""

    data: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A file by its bytes, such as a PDF; `name` is shown to the model."""

    data: bytes = field(repr=False)
    media_type: str
    name: str


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
    `output_tokens` everything that was written, reasoning included.
    """

    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None


def text_of(content: str | tuple[ContentPart, ...]) -> str:
    """Join the text parts of `content` with blank lines; pictures and files have none."""
    if isinstance(content, str):
        return content
    return "\n\n".join(part.text for part in content if isinstance(part, TextPart))
