"""What users set about the network: which proxy, whom to trust, how long to wait."""

from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from desktop.core.errors import InvalidSetting
from desktop.llm.addresses import AROUND

ProxyMode = Literal["system", "none", "manual"]

_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})
_EXAMPLE = "For example proxy.example.com:3128 or socks5://127.0.0.1:1080."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long to wait, in seconds; numbers are providers' own or what users bear.

    `first_byte`: from the request to the first byte of the body; local models read a long
    prompt for minutes. `idle`: between two reads, whatever they bring. `stall`: without a
    real event, while keep-alives come. `settle`: after the provider said that the answer
    is whole, for usage and the end mark. `listing`: for a whole list of models.
    """

    connect: float = 10.0
    write: float = 30.0
    first_byte: float = 300.0
    idle: float = 300.0
    stall: float = 900.0
    settle: float = 5.0
    listing: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkOptions:
    """What the user set about the network; a server on this computer is always reached directly.

    `proxy` is `system` for what the environment or the system says, `none`, or `manual` for
    `proxy_url` (see `proxy_address`) with its user and password, if it wants them.
    `no_proxy` are hosts to reach without the manual proxy, as in the variable NO_PROXY: a
    name with all names under it, an address, a network such as `10.0.0.0/8`, `<local>` for
    names without a dot, `*` for all. `ca_file` holds certificates in PEM form of
    authorities to trust beside the system's.
    """

    proxy: ProxyMode = "system"
    proxy_url: str = ""
    proxy_user: str = ""
    proxy_password: str = field(default="", repr=False)
    no_proxy: tuple[str, ...] = ()
    ca_file: Path | None = None
    limits: Limits = Limits()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no text may repeat: the proxy's password, as it is and as it is sent."""
        if not self.proxy_password:
            return ()
        pair = f"{self.proxy_user}:{self.proxy_password}".encode()
        return self.proxy_password, b64encode(pair).decode()


def proxy_address(text: str) -> str:
    """Return the proxy's URL from what a user entered: http where no scheme is given.

    Raises:
        InvalidSetting: it is no address of a proxy, or has a user or a password in it,
            which would be kept in clear text; field `proxy_url`.
    """
    text = with_scheme(text.strip(AROUND).removesuffix("/"))
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise _no_proxy_address("This is no address of a proxy.", _EXAMPLE) from None
    if parts.username is not None:
        raise _no_proxy_address(
            "The proxy's address has a user or a password in it.",
            "Enter them in their own fields, where they are kept safe.",
        )
    if parts.scheme not in _SCHEMES:
        raise _no_proxy_address("Only http, https and SOCKS 5 proxies can be used.", _EXAMPLE)
    if not named or parts.path or parts.query or any(letter.isspace() for letter in text):
        raise _no_proxy_address("This is no address of a proxy.", _EXAMPLE)
    return text


def with_scheme(address: str) -> str:
    """Return a proxy's address with the scheme that is meant: GNOME's `socks` is SOCKS 5."""
    scheme, found, rest = address.partition("://")
    if not found:
        return f"http://{address}"
    return f"socks5://{rest}" if scheme.lower() == "socks" else address


def _no_proxy_address(message: str, cure: str) -> InvalidSetting:
    return InvalidSetting(message, field="proxy_url", cure=cure)
