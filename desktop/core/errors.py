"""Every error that Parley raises on purpose.

ParleyError                     `message`: what happened; `cure`: what to do
├── NotConfigured               nothing is set up to talk to yet
├── InvalidSetting              a value that can't be used; `.field` names the field
├── AttachmentRefused           a file that can't go with a message
├── LLMError                    a provider failed; `.kind` says how
├── UpdateCheckFailed           nobody tells which version is the newest
├── LocalModelError             the model on this computer can't be fetched or run
├── DocumentError               a file can't be read as text; `.fault` says why
└── StorageError                the data on disk can't be read or written
    ├── AlreadyRunning          another Parley has this data open
    ├── NotOurDatabase          the file is empty, foreign or not a database
    ├── NewerDatabase           a newer Parley wrote it
    ├── DamagedDatabase         SQLite finds it malformed
    ├── DataNotWritable         the directory or the file is read-only
    ├── DiskFull                no space left; nothing was lost
    ├── BackupFailed            the copy could not be made or verified
    ├── ImportFailed            a file can't be read as conversations; nothing was changed
    ├── ExportFailed            the file could not be written; what had its name is intact
    └── VaultError              a key can't be sealed or opened
        ├── NoKeyring           the system offers no keyring; the user must choose
        ├── KeyringLocked       it is there but locked, or does not answer
        │   └── PassphraseNeeded    the user's passphrase opens the keys
        ├── WrongPassphrase     what was entered is not that passphrase
        ├── MasterKeyGone       sealed keys exist, the key that opens them does not
        ├── MasterKeyWrong      the key found is not the one that sealed
        └── SecretMoved         the sealed key belongs to another row or address
"""

from enum import StrEnum


class ParleyError(Exception):
    """The base: `message` is a whole sentence for the user, `cure` another or ''."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class NotConfigured(ParleyError):
    """Nothing is set up to talk to yet."""


class InvalidSetting(ParleyError):
    """A value can't be used; `field` is the setting's name, such as `endpoint`."""

    def __init__(self, message: str, *, field: str, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.field = field


class AttachmentRefused(ParleyError):
    """A file can't go with a message: its kind, its size, or the model speaks against it."""


class UpdateCheckFailed(ParleyError):
    """Nobody tells which version is the newest."""


class ErrorKind(StrEnum):
    """What went wrong with a provider, in the terms that decide what to do next."""

    AUTH = "auth"
    PERMISSION = "permission"
    QUOTA = "quota"
    RATE_LIMIT = "rate_limit"
    OVERLOADED = "overloaded"
    MODEL_NOT_FOUND = "model_not_found"
    ENDPOINT_NOT_FOUND = "endpoint_not_found"
    ENDPOINT_REDIRECT = "endpoint_redirect"
    CONTEXT_TOO_LONG = "context_too_long"
    REQUEST_TOO_LARGE = "request_too_large"
    UNSUPPORTED_PARAMETER = "unsupported_parameter"
    BAD_REQUEST = "bad_request"
    CONTENT_FILTER = "content_filter"
    DNS = "dns"
    REFUSED = "refused"
    TLS = "tls"
    PROXY = "proxy"
    NETWORK = "network"
    TIMEOUT = "timeout"
    INCOMPLETE = "incomplete"
    BAD_RESPONSE = "bad_response"
    SERVER = "server"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


class LLMError(ParleyError):
    """A provider failed.

    `message` and `cure` are for the user, keys redacted; `detail` is the provider's own
    words, redacted; `code` and `param` are the provider's too: its name of the error and of
    the field at fault; `retry_after` is in seconds; `partial` is the text that had arrived.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind,
        cure: str = "",
        detail: str = "",
        retryable: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
        code: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
        partial: str = "",
    ) -> None:
        super().__init__(message, cure=cure)
        self.kind = kind
        self.detail = detail
        self.retryable = retryable
        self.retry_after = retry_after
        self.status = status
        self.code = code
        self.param = param
        self.request_id = request_id
        self.partial = partial


class LocalModelError(ParleyError):
    """The model on this computer can't be fetched or run."""


class DocumentFault(StrEnum):
    """Why a file can't be read as text."""

    MISSING = "missing"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"
    NO_TEXT = "no_text"
    TIMEOUT = "timeout"
    MEMORY = "memory"


class DocumentError(ParleyError):
    """A file can't be read as text; `message` is about "it", the file, which it does not name."""

    def __init__(self, message: str, *, fault: DocumentFault, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.fault = fault


class StorageError(ParleyError):
    """The data on disk can't be read or written."""


class AlreadyRunning(StorageError):
    """Another Parley has this data open."""


class NotOurDatabase(StorageError):
    """The file is empty, foreign or not a database; it is left as it is."""


class NewerDatabase(StorageError):
    """A newer Parley wrote it; it is left as it is."""


class DamagedDatabase(StorageError):
    """SQLite finds the file malformed."""


class DataNotWritable(StorageError):
    """The directory or the file is read-only."""


class DiskFull(StorageError):
    """No space is left; what was stored before is intact."""


class BackupFailed(StorageError):
    """The copy could not be made or did not verify; the database is untouched."""


class ImportFailed(StorageError):
    """A file can't be read as conversations; nothing was changed."""


class ExportFailed(StorageError):
    """The file could not be written; what had its name before is intact."""


class VaultError(StorageError):
    """A key can't be sealed or opened."""


class NoKeyring(VaultError):
    """The system offers no keyring; the user must choose where keys are kept."""


class KeyringLocked(VaultError):
    """The keyring is locked or does not answer in time."""


class PassphraseNeeded(KeyringLocked):
    """The keys are locked with the user's passphrase."""


class WrongPassphrase(VaultError):
    """What was entered is not the passphrase that locked the keys."""


class MasterKeyGone(VaultError):
    """Sealed keys exist, but the key that opens them is nowhere to be found."""


class MasterKeyWrong(VaultError):
    """The master key that was found is not the one that sealed."""


class SecretMoved(VaultError):
    """The sealed key was made for another row or another address."""
