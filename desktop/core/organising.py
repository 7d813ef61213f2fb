"""How conversations are listed: which of them, and under which headings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from desktop.core.ids import FolderId

_WEEK = 7
_MONTH = 30

TRASH_DAYS = 30
"""How long what was deleted can be taken back."""


class Place(StrEnum):
    """Where conversations are."""

    ALL = "all"  # neither archived nor deleted
    FOLDER = "folder"
    TAG = "tag"
    ARCHIVE = "archive"
    TRASH = "trash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which conversations are listed; `name` is the folder's or the tag."""

    place: Place = Place.ALL
    folder_id: FolderId | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder, with how many conversations the list shows in it."""

    id: FolderId
    name: str
    count: int = 0


class Age(StrEnum):
    """How long ago conversations were last changed."""

    PINNED = "pinned"
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    OLDER = "older"  # by calendar month


@dataclass(frozen=True, slots=True)
class Span:
    """What one heading stands over; `month` is the first day of an older one's month."""

    age: Age
    month: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A heading, and how many conversations stand under it; None for no heading."""

    span: Span | None
    count: int


def span_of(day: date, today: date) -> Span:
    """Return the heading for what was last changed on `day`, in local days."""
    age = (today - day).days
    if age <= 0:
        return Span(Age.TODAY)
    if age == 1:
        return Span(Age.YESTERDAY)
    if age <= _WEEK:
        return Span(Age.WEEK)
    if age <= _MONTH:
        return Span(Age.MONTH)
    return Span(Age.OLDER, day.replace(day=1))


def spans(today: date, oldest: date, zone: tzinfo | None = None) -> Iterator[tuple[Span, datetime]]:
    """Yield the headings back to `oldest`, newest first, each with its first moment in UTC.

    Days are those of `zone`, None for the system's.
    """
    starts = [today - timedelta(days=back) for back in (0, 1, _WEEK, _MONTH)]
    for start in starts:
        yield span_of(start, today), _moment(start, zone)
    month = (starts[-1] - timedelta(days=1)).replace(day=1)
    while month > oldest.replace(day=1):
        yield Span(Age.OLDER, month), _moment(month, zone)
        month = (month - timedelta(days=1)).replace(day=1)
    yield Span(Age.OLDER, month), datetime.min.replace(tzinfo=UTC)


def _moment(day: date, zone: tzinfo | None) -> datetime:
    midnight = datetime.combine(day, time())
    local = midnight.replace(tzinfo=zone) if zone else midnight.astimezone()
    return local.astimezone(UTC)
