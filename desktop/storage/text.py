"""Text that every database can hold, whatever the user or a provider wrote.

SQLite's driver refuses half of a surrogate pair and PostgreSQL refuses NUL. Such texts are
rare but real (a broken paste, a cut emoji), so they are kept in an escaped form instead.
"""

import json

_ESCAPED = "\ufdd0"  # a noncharacter: Unicode reserves it for a program's own use


def to_stored(text: str) -> str:
    """Return `text` as it can be stored; most texts are returned as they are."""
    if text.startswith(_ESCAPED) or "\0" in text or not _is_encodable(text):
        return _ESCAPED + json.dumps(text)
    return text


def from_stored(stored: str) -> str:
    """Undo `to_stored`; a text that only looks escaped is returned as it is."""
    if not stored.startswith(_ESCAPED):
        return stored
    try:
        text = json.loads(stored[len(_ESCAPED) :])
    except ValueError:
        return stored
    return text if isinstance(text, str) else stored


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
