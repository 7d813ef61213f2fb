"""Read one web address out of what was pasted, or say what is wrong with it."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop.core.errors import InvalidSetting

AROUND = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff\"'`<>«»,;\u201c\u201d\u201e\u2018\u2019"
"""What may stand around an address without being part of it."""

EXAMPLE = "Enter an address such as http://localhost:11434/v1."
_IMPOSSIBLE = '"<>\\^`{|}'  # RFC 3986 has them nowhere
_MAX_LENGTH = 2048
_SCHEME = re.compile(r"^([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_REPEATED_SCHEME = re.compile(r"^(?:https?://)+(?=https?://)", re.IGNORECASE)
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_UNSPECIFIED = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, never bound
_LOCAL_SUFFIXES = (".local", ".lan", ".home", ".home.arpa", ".internal")


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a web address, each checked; the path has no slash at its end."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str

    def url(self) -> str:
        """Put the parts together again."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        location = host if self.port is None else f"{host}:{self.port}"
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{location}{self.path}{query}"


def invalid(message: str, cure: str) -> InvalidSetting:
    """Return the error for an endpoint that can't be used."""
    return InvalidSetting(message, field="endpoint", cure=cure)


def read_address(text: str) -> Address:
    """Return the address; a missing scheme is guessed.

    Raises:
        InvalidSetting: it is none; field `endpoint`.
    """
    _refuse_odd_characters(text)
    url = _with_scheme(_REPEATED_SCHEME.sub("", text))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise invalid("The address has an impossible host or port.", EXAMPLE) from error
    if parts.username is not None or parts.password is not None:
        raise invalid(
            "The address contains a user name or password.",
            "Remove what stands before the @ and put the key into its own field.",
        )
    host = _checked_host(host.rstrip("."))
    path = re.sub(r"/{2,}", "/", parts.path).rstrip(f"/{AROUND}")
    return Address(parts.scheme, host, port, path, parts.query.rstrip(AROUND))


def _refuse_odd_characters(text: str) -> None:
    if len(text) > _MAX_LENGTH:
        raise invalid("The address is far too long.", EXAMPLE)
    odd = next((c for c in text if c in _IMPOSSIBLE or c.isspace() or not c.isprintable()), None)
    if odd is not None:
        what = odd if odd in _IMPOSSIBLE else "a space, a line break or an invisible sign"
        raise invalid(
            f"The address contains {what}, which no address has.",
            "Enter the address alone, on one line.",
        )


def _with_scheme(text: str) -> str:
    found = _SCHEME.match(text)
    if found is None:
        return _guessed_scheme(text.removeprefix("//"))
    if found[1].lower() not in {"http", "https"}:
        raise invalid(
            f"An address can't begin with {found[1]}://.", "Use one with http:// or https://."
        )
    return text


def _guessed_scheme(text: str) -> str:
    if re.match(r"^https?:/?(?!/)", text) and not re.match(r"^https?:\d", text):
        raise invalid("The address lacks a slash after http: or https:.", EXAMPLE)
    try:
        host = urlsplit(f"//{text}").hostname or ""
    except ValueError:
        host = ""
    return f"http://{text}" if is_near(host) else f"https://{text}"


def _checked_host(host: str) -> str:
    """Return the host as it goes over the wire: other scripts in ASCII (RFC 3490)."""
    host = _UNSPECIFIED.get(host, host)
    if ip_of(host) is not None:
        return host
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not all(_LABEL.match(label) for label in host.split(".")):
        raise invalid("The address names no valid host.", EXAMPLE)
    return host


def ip_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address that `host` is; None when it is a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_near(host: str) -> bool:
    """Tell whether `host` is this computer or on the local network."""
    host = host.lower().rstrip(".")
    address = ip_of(host)
    if address is not None:
        return not address.is_global
    return "." not in host or host.endswith((*_LOCAL_SUFFIXES, ".localhost"))
