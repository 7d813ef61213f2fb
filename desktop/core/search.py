"""What people type to search, and what is found."""

import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any

from desktop.core.content import Role
from desktop.core.ids import ConversationId, DocumentId, MessageId

_TERM = re.compile(
    r"""(?P<name>[a-z]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))
    |"(?P<phrase>[^"]*)"?
    |(?P<word>\S+)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """Words that begin words of a text, phrases that stand in it, and filters.

    Times are in UTC; `before` is excluded, `after` included.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    in_title: bool = False
    model: str = ""
    tag: str = ""
    before: datetime | None = None
    after: datetime | None = None
    has_code: bool = False
    has_attachment: bool = False
    in_chats: bool = False
    in_documents: bool = False
    collection: str = ""

    @property
    def is_of_chats(self) -> bool:
        """Whether a filter is about conversations only, so that no document fits."""
        return self.in_title or self.in_chats or bool(self.chats_filter)

    @property
    def is_of_documents(self) -> bool:
        """Whether a filter is about documents only, so that nothing that was said fits."""
        return self.in_documents or bool(self.collection)

    @property
    def chats_filter(self) -> str:
        """The first filter by something that only conversations have; '' for none."""
        if self.model:
            return "model:"
        if self.tag:
            return "tag:"
        if self.has_code:
            return "has:code"
        return "has:attachment" if self.has_attachment else ""

    @property
    def is_filtered(self) -> bool:
        """Whether more than words is asked for."""
        plain = SearchQuery(words=self.words, phrases=self.phrases)
        return self != plain

    @property
    def wants_messages_only(self) -> bool:
        """Whether a title alone can't be what is looked for."""
        return bool(self.model or self.has_code or self.has_attachment)


EVERYTHING = SearchQuery()
"""No words and no filter."""


class Why(StrEnum):
    """Why something was found."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "words and meaning"
    LIKENESS = "likeness"  # to a message, which is all that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """A message that was found, or a title where `message_id` is None.

    `marks` are the places of what matched in `snippet`, as pairs of start and end.
    """

    conversation_id: ConversationId
    message_id: MessageId | None
    title: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    at: datetime
    role: Role | None = None
    why: Why = Why.WORDS

    @property
    def key(self) -> Hashable:
        """What it is, to tell whether two hits are the same; None for a title."""
        return self.message_id

    def because(self, why: Why) -> "SearchHit":
        """Return the same hit, found for another reason."""
        return replace(self, why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHit:
    """A passage of a document that was found; `place` such as `page 3`, `text` all of it."""

    document_id: DocumentId
    passage_id: int
    title: str
    place: str
    text: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    at: datetime
    why: Why = Why.WORDS

    @property
    def key(self) -> Hashable:
        """What it is, to tell whether two hits are the same."""
        return self.passage_id

    def because(self, why: Why) -> "DocumentHit":
        """Return the same hit, found for another reason."""
        return replace(self, why=why)


Hit = SearchHit | DocumentHit


def parse_query(text: str, zone: tzinfo | None = None) -> SearchQuery:
    """Read what was typed; any text is a query, and a filter with no sense is plain words.

    `in:title`, `in:chats`, `in:documents`, `collection:NAME`, `model:NAME`, `tag:NAME`,
    `before:DATE`, `after:DATE`, `has:code` and `has:attachment` are filters; dates are `2025`, `2025-03` or `2025-03-14`, in `zone`
    (None for the system's); `"…"` is a phrase.
    """
    found = _Found(zone)
    for term in _TERM.finditer(text):
        found.take(term)
    return SearchQuery(words=tuple(found.words), phrases=tuple(found.phrases), **found.filters)


class _Found:
    def __init__(self, zone: tzinfo | None) -> None:
        self.words: list[str] = []
        self.phrases: list[str] = []
        self.filters: dict[str, Any] = {}
        self._zone = zone

    def take(self, term: re.Match[str]) -> None:
        name, phrase = term["name"], term["phrase"]
        if name is not None:
            value = term["quoted"] if term["quoted"] is not None else term["value"]
            read = self._filter(name.lower(), value.strip())
            if read is None:
                self.words.append(term[0])
            else:
                self.filters |= read
        elif phrase is not None:
            self.phrases += [phrase] if phrase.strip() else []
        else:
            self.words.append(term["word"].rstrip("*") or term["word"])

    def _filter(self, name: str, value: str) -> dict[str, Any] | None:
        match name, value.lower():
            case "in", "title":
                return {"in_title": True}
            case "in", "chats" | "conversations":
                return {"in_chats": True}
            case "in", "documents":
                return {"in_documents": True}
            case "has", "code":
                return {"has_code": True}
            case "has", "attachment" | "file" | "image":
                return {"has_attachment": True}
            case (("model" | "tag" | "collection"), wanted) if wanted:
                return {name: value}
            case (("before" | "after"), _):
                day = _day(value)
                return None if day is None else {name: self._moment(day)}
            case _:
                return None

    def _moment(self, day: date) -> datetime:
        midnight = datetime.combine(day, time())
        local = midnight.replace(tzinfo=self._zone) if self._zone else midnight.astimezone()
        return local.astimezone(UTC)


def _day(text: str) -> date | None:
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts]
        return date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError, OverflowError):
        return None
