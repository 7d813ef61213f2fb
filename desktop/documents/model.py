"""What is read out of a file, and how much it may cost."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a document begins: `start` in characters, `name` such as `page 3`."""

    start: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """A document as Markdown.

    `places` are in the order of the text, empty where the format has none; `notes` tell in
    whole sentences what could not be read.
    """

    format: str
    text: str
    title: str = ""
    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()

    def about(self) -> dict[str, Any]:
        """Return everything but the text as JSON can hold it."""
        fields = asdict(self)
        del fields["text"]
        return fields

    @classmethod
    def read(cls, about: dict[str, Any], text: str) -> Self:
        """Make it of what `about` returned, and its text."""
        return cls(
            format=about["format"],
            text=text,
            title=about["title"],
            places=tuple(Place(**place) for place in about["places"]),
            notes=tuple(about["notes"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that reading one file may cost; `unpacked_bytes` counts what a zip unpacks to."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 400_000_000
    characters: int = 20_000_000
    memory_bytes: int = 1_200_000_000
    seconds: float = 60.0
