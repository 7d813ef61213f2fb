"""Which proxy stands on the way to a server, if any."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from desktop.core.errors import InvalidSetting
from desktop.core.redaction import redact
from desktop.llm.addresses import ip_of
from desktop.llm.endpoints import is_loopback
from desktop.llm.network import NetworkOptions, proxy_address, with_scheme

_PORTS = {"http": 80, "https": 443}


def proxy_for(url: str, network: NetworkOptions) -> httpx2.Proxy | None:
    """Return the proxy on the way to `url`; None where the way is direct.

    Raises:
        InvalidSetting: the proxy has no address that can be used; field `proxy_url`.
    """
    if network.proxy == "none" or is_loopback(url):
        return None
    if network.proxy == "system":
        return _system_proxy(url)
    if _is_excepted(url, network.no_proxy):
        return None
    auth = (network.proxy_user, network.proxy_password) if network.proxy_user else None
    return _proxy(proxy_address(network.proxy_url), auth, "Correct it in Settings, Network.")


def _system_proxy(url: str) -> httpx2.Proxy | None:
    """Read the environment, and on Windows and macOS the system's settings behind it."""
    found, parts = getproxies(), urlsplit(url)
    address = found.get(parts.scheme) or found.get("all")
    excepted = _is_excepted(url, found.get("no", "").split(","))
    if not address or excepted or proxy_bypass(parts.netloc):
        return None
    cure = "Correct it, for example in the variables HTTPS_PROXY and ALL_PROXY."
    return _proxy(with_scheme(address), None, cure)


def _proxy(url: str, auth: tuple[str, str] | None, cure: str) -> httpx2.Proxy:
    try:
        return httpx2.Proxy(url, auth=auth)
    except (ValueError, httpx2.InvalidURL) as error:
        message = f"The proxy can't be used: {redact(str(error))}"
        raise InvalidSetting(message, field="proxy_url", cure=cure) from error


def _is_excepted(url: str, entries: Iterable[str]) -> bool:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or _PORTS.get(parts.scheme, 0)
    return any(_matches(entry.strip().lower(), host, port) for entry in entries)


def _matches(entry: str, host: str, port: int) -> bool:
    if entry in {"*", "<local>"}:
        return entry == "*" or not ("." in host or ":" in host)
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:  # one of the two is a name, or a port stands behind the address
        name, given = _without_port(entry)
    if not name or given not in {None, port}:
        return False
    return host == name or (host.endswith(f".{name}") and ip_of(host) is None)


def _without_port(entry: str) -> tuple[str, int | None]:
    name, _, digits = entry.rpartition(":")
    has_port = digits.isascii() and digits.isdigit() and (":" not in name or name.endswith("]"))
    name, port = (name, int(digits)) if has_port else (entry, None)
    return name.strip("[]").removeprefix("*").removeprefix("."), port
