"""Where master keys are kept and what can be done with them; light enough for the window."""

from enum import StrEnum

SHORTEST_PHRASE = 8
"""Letters that a passphrase must have."""


class KeyPlace(StrEnum):
    """Where the master key is kept."""

    KEYRING = "keyring"
    PHRASE = "passphrase"
    PRIVATE_FILE = "private_file"
    SESSION = "session"


class VaultState(StrEnum):
    """What can be done with keys right now."""

    OK = "ok"
    NEW = "new"  # nothing is sealed yet; there is a place to keep the first key
    NO_KEYRING = "no_keyring"
    LOCKED = "locked"
    WANTS_PHRASE = "wants_passphrase"  # locked, and the user's passphrase opens it
    KEY_GONE = "key_gone"
    KEY_WRONG = "key_wrong"
    BACKEND_CHANGED = "backend_changed"
    SESSION_ONLY = "session_only"
