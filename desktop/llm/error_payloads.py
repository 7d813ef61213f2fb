"""Find message, code and parameter in whatever a server sends as an error."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from desktop.llm.jsonvalues import JSONObject, as_list, as_object, as_position, as_text

_MAX_MESSAGE = 600
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)

_FAILED = "response.error"
_ANSWERS = {"choices", "output", "content", "response"}

_FAILURES = range(400, 600)  # of HTTP


@dataclass(frozen=True, slots=True)
class ErrorPayload:
    """An error in the provider's words; '' and None where it said nothing.

    `code` is its most telling name of the error, `words` all its names of it.
    """

    message: str = ""
    code: str | None = None
    param: str | None = None
    status: int | None = None
    words: frozenset[str] = frozenset()
    request_id: str | None = None


def read_body(text: str) -> ErrorPayload:
    """Read the body of an error response: JSON, a web page, or plain text."""
    stripped = text.strip()
    if stripped.startswith("<"):
        title = _TITLE.search(stripped)
        return ErrorPayload(_short(title[1]) if title else "")
    try:
        found = read_payload(json.loads(stripped)) if stripped else ErrorPayload()
        return found if found.message or found.words else replace(found, message=_short(stripped))
    except (ValueError, RecursionError):
        return ErrorPayload(_short(stripped))


def read_payload(payload: Any) -> ErrorPayload:
    """Read a decoded error of any dialect.

    OpenAI and most others nest an object under `error`, Anthropic inside a `type: error`,
    Gemini wraps it into a list, FastAPI sends `detail`, others a bare string.
    """
    if isinstance(payload, list):
        return read_payload(payload[0]) if payload else ErrorPayload()
    if isinstance(payload, str):
        return ErrorPayload(_short(payload))
    outer = as_object(payload)
    error = outer.get("error") or outer.get("detail") or outer.get("errors") or outer
    if isinstance(error, str):
        return _with_names(_short(error), outer)
    if isinstance(error, list):
        return _with_names(_joined(as_list(error)), outer)
    inner = as_object(error)
    response = as_object(outer.get("response"))
    if inner is outer and response.get("error"):
        return read_payload(response)
    found = _with_names(_message(inner), inner)
    request_id = found.request_id or as_text(outer.get("request_id")) or None
    return replace(found, request_id=request_id)


def tells_error(payload: JSONObject) -> bool:
    """Tell whether an event or a whole answer reports an error, nested or flat.

    Old vLLM and FastChat send a flat object with status 200, FastAPI its `detail`.
    """
    kind = as_text(payload.get("type"))
    if payload.get("error") or "error" in {kind, payload.get("object")} or kind == _FAILED:
        return True
    said = payload.get("message") or payload.get("detail")
    named = not kind or "code" in payload or "status" in payload
    return named and isinstance(said, str | list) and not _ANSWERS.intersection(payload)


def _with_names(message: str, error: JSONObject) -> ErrorPayload:
    raw = [error.get(name) for name in ("code", "type", "status", "error_code")]
    statuses = [as_position(value) for value in (*raw, error.get("status_code"))]
    codes = [value for value in raw if isinstance(value, str) and not value.isdigit()]
    details = as_object(error.get("details"))
    words = {*codes, as_text(details.get("error_code")), as_text(details.get("type"))}
    return ErrorPayload(
        message=message,
        code=next(iter(codes), None),
        param=as_text(error.get("param")) or None,
        status=next((s for s in statuses if s in _FAILURES), None),
        words=frozenset(word.lower() for word in words if word),
        request_id=as_text(error.get("request_id")) or None,
    )


def _message(error: JSONObject) -> str:
    message = error.get("message") or error.get("detail") or error.get("msg") or ""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    upstream = as_object(error.get("metadata")).get("raw")
    if isinstance(upstream, str) and upstream and upstream != text:
        text = f"{text}: {upstream}" if text else upstream
    return _short(text)


def _joined(errors: list[Any]) -> str:
    """Join a list of errors; FastAPI names the field in `loc`, the fault in `msg`."""
    lines: list[str] = []
    for item in errors:
        error = as_object(item)
        place = ".".join(as_text(step) for step in as_list(error.get("loc")))
        lines.append(": ".join(filter(None, (place, _message(error) or as_text(item)))))
    return _short("; ".join(filter(None, lines)))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"
