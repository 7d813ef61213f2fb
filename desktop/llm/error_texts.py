"""What the user reads for each kind of error: one sentence, and what to do about it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop.core.errors import ErrorKind
from desktop.core.redaction import redact

_NAMES = {"api.openai.com": "OpenAI", "api.anthropic.com": "Anthropic"}
_MINUTE = 60
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Service:
    """The server that a client talks to; `secrets` are never repeated: keys and passwords."""

    base_url: str
    loopback: bool = False
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Service({self.base_url!r})"

    @property
    def host(self) -> str:
        """Host name without the port."""
        return urlsplit(self.base_url).hostname or self.base_url

    def redacted(self, text: str) -> str:
        """Return what a server or a library said without secrets."""
        return redact(text, *self.secrets)

    @property
    def name(self) -> str:
        """What the user calls it: OpenAI, Anthropic, or the address's host and port."""
        return _NAMES.get(self.host) or urlsplit(self.base_url).netloc or self.base_url


_TEXTS: dict[ErrorKind, tuple[str, str]] = {
    ErrorKind.AUTH: (
        "{name} did not accept the API key.",
        "Check the key in Settings, or paste it again.",
    ),
    ErrorKind.PERMISSION: (
        "{name} does not allow this request.",
        "Check what this key, account or region may use.",
    ),
    ErrorKind.QUOTA: (
        "The account at {name} has no credit left or reached its spending limit.",
        "Add credit or raise the limit on the provider's billing page.",
    ),
    ErrorKind.RATE_LIMIT: (
        "{name} received too many requests.",
        "Try again {wait}.",
    ),
    ErrorKind.OVERLOADED: ("{name} is overloaded right now.", "Try again {wait}."),
    ErrorKind.MODEL_NOT_FOUND: (
        "{name} has no such model for this key.",
        "Choose another model in Settings.",
    ),
    ErrorKind.ENDPOINT_NOT_FOUND: (
        "{name} has nothing at this address.",
        "Check the endpoint in Settings; most servers want one that ends in /v1.",
    ),
    ErrorKind.ENDPOINT_REDIRECT: (
        "{name} sent the request on to another address, which Parley does not follow.",
        "Enter the final address as the endpoint in Settings.",
    ),
    ErrorKind.CONTEXT_TOO_LONG: (
        "The conversation is longer than the model can read.",
        "Shorten it, start a new one, or choose a model with a larger context.",
    ),
    ErrorKind.REQUEST_TOO_LARGE: (
        "The request is larger than {name} takes.",
        "Remove or shrink attachments, or shorten the conversation.",
    ),
    ErrorKind.UNSUPPORTED_PARAMETER: (
        "The model does not take one of the settings sent with the request.",
        "Change the model's settings, or choose another model.",
    ),
    ErrorKind.BAD_REQUEST: (
        "{name} refused the request.",
        "Change the message or the settings; the details say what it objects to.",
    ),
    ErrorKind.CONTENT_FILTER: (
        "{name} blocked this with its content filter.",
        "Word the message differently.",
    ),
    ErrorKind.DNS: (
        "The address {host} can't be found.",
        "Check the internet connection, and the endpoint in Settings for typing errors.",
    ),
    ErrorKind.REFUSED: (
        "{name} does not accept connections.",
        "Check whether the server is running, and the port in the endpoint.",
    ),
    ErrorKind.TLS: (
        "No secure connection to {name} could be made.",
        "Check that the endpoint's https or http and its port are right.",
    ),
    ErrorKind.PROXY: (
        "The proxy did not let the connection to {name} through.",
        "Check the proxy settings, in Parley or of the system.",
    ),
    ErrorKind.NETWORK: (
        "The connection to {name} was lost.",
        "Check the internet connection and try again.",
    ),
    ErrorKind.TIMEOUT: ("{name} did not answer in time.", "Try again in a moment."),
    ErrorKind.INCOMPLETE: (
        "The answer was cut off before its end.",
        "Try again; the text that arrived is kept.",
    ),
    ErrorKind.BAD_RESPONSE: (
        "{name} answered with something that is no model's answer.",
        "Check the endpoint in Settings.",
    ),
    ErrorKind.SERVER: ("{name} had an internal error.", "Try again in a moment."),
    ErrorKind.UNSUPPORTED: (
        "{name} does not offer this.",
        "Choose another model or server in Settings.",
    ),
    ErrorKind.UNKNOWN: (
        "The request to {name} failed in an unexpected way.",
        "Try again; if it stays, copy the details into a report.",
    ),
}
_LOCAL: dict[ErrorKind, tuple[str, str]] = {
    ErrorKind.REFUSED: (
        "No server is running at {name} on this computer.",
        "Start it, or check the port in the endpoint.",
    ),
    ErrorKind.OVERLOADED: (
        "The server at {name} is not ready yet.",
        "Wait until it has loaded the model, then try again.",
    ),
}


def sentences(
    kind: ErrorKind, service: Service, *, retry_after: float | None = None
) -> tuple[str, str]:
    """Return what happened and what to do."""
    message, cure = (_LOCAL.get(kind) if service.loopback else None) or _TEXTS[kind]
    values = {"name": service.name, "host": service.host, "wait": duration(retry_after)}
    return message.format(**values), cure.format(**values)


def duration(seconds: float | None) -> str:
    """Return "in about 4 minutes" for a wait in seconds; "in a moment" if unknown."""
    if not seconds or seconds < 1:
        return "in a moment"
    units = ((_HOUR, "hour"), (_MINUTE, "minute"), (1, "second"))
    size, unit = next((size, unit) for size, unit in units if seconds >= size)
    count = round(seconds / size)
    return f"in about {count} {unit}{'' if count == 1 else 's'}"
