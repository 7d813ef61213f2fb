"""Links that a model wrote: which may be opened, what they are called, and the one way out."""

import re
from urllib.parse import SplitResult, urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

_WEB = frozenset({"http", "https"})
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


def _split(href: str) -> SplitResult | None:
    try:
        return urlsplit(href)
    except ValueError:
        return None


def is_safe(href: str) -> bool:
    """Tell whether a link may be offered: http, https and mailto, with somewhere to go."""
    parts = None if _UNSAFE.search(href) else _split(href)
    if parts is None:
        return False
    if parts.scheme == "mailto":
        return bool(parts.path)
    return parts.scheme in _WEB and bool(parts.hostname)


def host_of(href: str) -> str:
    """Name the host that a link really leads to, in the ASCII form that hides no look-alike."""
    return QUrl(href).host(QUrl.ComponentFormattingOption.FullyEncoded) or href


def describe(href: str) -> str:
    """Say in one line where a link leads: the true host first, then the whole address."""
    address = QUrl(href).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    return address if href.startswith("mailto:") else f"{host_of(href)}\n{address}"


def disguises(text: str, href: str) -> bool:
    """Tell whether a link's text reads like an address on another host than its own."""
    shown = re.match(r"\s*(?:https?://)?([\w-]+(?:\.[\w-]+)+)", text)
    if shown is None or not href.startswith("http"):
        return False
    claimed, true = shown[1].lower().removeprefix("www."), host_of(href).removeprefix("www.")
    return claimed != true and (text.strip().startswith("http") or "/" in text or text == shown[0])


def open_link(href: str) -> bool:
    """Open a safe link in the user's browser or mail program; refuse any other."""
    return is_safe(href) and QDesktopServices.openUrl(QUrl(href))
