"""A search's filters in SQL; each names the tables by their own names."""

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import TextClause, bindparam, text

from desktop.core.search import SearchQuery
from desktop.storage.orm.base import UtcDateTime

Filtered = Literal["message", "conversation", "document"]

_DATES = {"message": "message.created_at", "conversation": "conversation.updated_at"}
_MOMENTS = ("before", "after")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def filters(query: SearchQuery, kind: Filtered) -> tuple[str, dict[str, Any]]:
    """Return conditions, each after an AND, and the values of their parameters."""
    found, values = _of_documents(query) if kind == "document" else _of_messages(query)
    for name, sign in (("before", "<"), ("after", ">=")):
        moment: datetime | None = getattr(query, name)
        if moment is not None and kind == "document":
            found.append(f"document.modified {sign} :{name}_file")
            values[f"{name}_file"] = _nanoseconds(moment)
        elif moment is not None:
            found.append(f"{_DATES[kind]} {sign} :{name}")
            values[name] = moment
    return "".join(f" AND {each}" for each in found), values


def condition(query: SearchQuery, kind: Filtered) -> TextClause:
    """Return the same as one condition, for a statement that joins the tables it names."""
    found, values = filters(query, kind)
    parameters = [
        bindparam(name, value, type_=UtcDateTime() if name in _MOMENTS else None)
        for name, value in values.items()
    ]
    return text(f"(1{found})").bindparams(*parameters)


def moments(values: dict[str, Any]) -> list[Any]:
    """Return the parameters that are moments, with their type."""
    return [bindparam(name, type_=UtcDateTime()) for name in values if name in _MOMENTS]


def _of_messages(query: SearchQuery) -> tuple[list[str], dict[str, Any]]:
    found: list[str] = []
    values: dict[str, Any] = {}
    if query.model:
        found.append("message.model LIKE :model ESCAPE '\\'")
        values["model"] = f"%{_literal(query.model)}%"
    if query.tag:
        found.append(
            "conversation.id IN (SELECT conversation_id FROM conversation_tag "
            "WHERE tag = :tag COLLATE NOCASE)"
        )
        values["tag"] = query.tag
    if query.has_code:
        found.append("message.text LIKE '%```%'")
    if query.has_attachment:
        found.append("(message.parts LIKE '%\"image\"%' OR message.parts LIKE '%\"document\"%')")
    return found, values


def _of_documents(query: SearchQuery) -> tuple[list[str], dict[str, Any]]:
    if not query.collection:
        return [], {}
    named = "SELECT id FROM collection WHERE name LIKE :collection ESCAPE '\\'"
    values = {"collection": f"%{_literal(query.collection)}%"}
    return [f"document.collection_id IN ({named})"], values


def _literal(wanted: str) -> str:
    return wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _nanoseconds(moment: datetime) -> int:
    past = moment - _EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000_000
