"""Tell what a decoded JSON object is: a piece of a stream, or an error without a wrapper."""

import re
from typing import Any

from desktop.llm.jsonvalues import JSONObject, as_count, as_text, objects

_EVENT_TYPE = re.compile(r"response\.|message_|content_block_|ping$|keepalive$|error$")
_FAULT = re.compile(r"error|exception|fail|invalid|exhausted|unavailable", re.IGNORECASE)
_FINE = (None, "", 0, 200, "0", "200", "ok", "success")
_FIRST_FAULT = 400
_ANSWERS = ("choices", "content", "output")


def is_stream_event(value: JSONObject) -> bool:
    """Tell whether `value` is one event of a stream in any dialect, not a whole answer."""
    if isinstance(value.get("choices"), list):
        return not any(
            isinstance(choice.get("message"), dict) or "text" in choice
            for choice in objects(value["choices"])
        )
    return bool(_EVENT_TYPE.match(as_text(value.get("type"))))


def is_flat_error(value: JSONObject) -> bool:
    """Tell whether `value` is an error that stands where an event or an answer should.

    Older vLLM and FastChat send `{"object": "error", "message": …, "code": …}`, FastAPI
    sends `{"detail": …}`. A message alone may be a notice, and code 0 means success.
    """
    if any(value.get(name) for name in _ANSWERS):
        return False
    if value.get("object") == "error" or value.get("type") == "error" or value.get("detail"):
        return True
    if not value.get("message") or isinstance(value["message"], dict):
        return False
    return value.get("code") not in _FINE or any(
        _is_fault(value.get(name)) for name in ("type", "status", "status_code", "error_code")
    )


def _is_fault(value: Any) -> bool:
    status = as_count(value)
    return status >= _FIRST_FAULT if status is not None else bool(_FAULT.search(as_text(value)))
