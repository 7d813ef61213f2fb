"""What users paste → the base URL that a client uses, and what to warn about."""

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from desktop.core.connection import is_local_model, origin
from desktop.core.errors import InvalidSetting
from desktop.llm.hosts import (
    DEFAULT_BASE_URLS,
    MESSAGES_PATHS,
    OPENAI_HOST,
    WEB_PAGES,
    chat_path,
    is_azure,
)

_AROUND = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff\"'`<>«»,;\u201c\u201d\u201e\u2018\u2019"
_EXAMPLE = "Enter an address such as http://localhost:11434/v1."
_IMPOSSIBLE = '"<>\\^`{|}'  # RFC 3986 has them nowhere
_MAX_LENGTH = 2048
_SCHEME = re.compile(r"^([a-z][a-z0-9+.\-]*)://", re.IGNORECASE)
_REPEATED_SCHEME = re.compile(r"^(?:https?://)+(?=https?://)", re.IGNORECASE)
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_OPERATION = re.compile(
    r"/(?:chat/completions|completions|responses|embeddings|messages(?:/count_tokens)?|models)$",
    re.IGNORECASE,
)
_VERSIONS = re.compile(r"(?:/v1)+$", re.IGNORECASE)
_OLLAMA_OPERATION = re.compile(r"/api/(?:chat|generate|tags|show|ps|version|embed|embeddings)$")
_UNSPECIFIED = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, never bound
_LOCAL_SUFFIXES = (".local", ".lan", ".home", ".home.arpa", ".internal")


def base_url(provider: str, endpoint: str | None) -> str:
    """Return the base URL for `provider` from what the user entered.

    `provider` is `openai`, `anthropic` or `openai_compatible`; an empty `endpoint` is the
    provider's own. A local model's endpoint comes back as it is. The result is stable:
    given back, it stays the same.

    Raises:
        InvalidSetting: no address can be read from it; field `endpoint`.
    """
    text = (endpoint or "").strip(_AROUND)
    if not text:
        return _default(provider)
    if is_local_model(text):
        return text
    scheme, host, port, path, query = _split(text)
    _refuse_wrong_host(provider, host)
    messages = provider == "anthropic"
    path = _messages_path(host, path) if messages else _chat_path(host, port, path)
    if is_azure(host):
        query = _without_api_version(query)
    shown = f"[{host}]" if ":" in host else host
    location = shown if port is None else f"{shown}:{port}"
    return f"{scheme}://{location}{path}" + (f"?{query}" if query else "")


def key_origin(provider: str, endpoint: str | None) -> str:
    """Return the origin that a key is bound to, and sent to; see `base_url`."""
    return origin(base_url(provider, endpoint))


def is_loopback(url: str) -> bool:
    """Tell whether `url` is on this computer, so that no proxy may come between."""
    if is_local_model(url):
        return True
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _ip(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def split_query(url: str) -> tuple[str, dict[str, str]]:
    """Return `url` without its query, and the query's fields, which every request carries.

    The SDKs take them apart only; a path would be put behind the query otherwise.
    """
    address, _, query = url.partition("?")
    return address, dict(parse_qsl(query, keep_blank_values=True))


def warning_for(url: str) -> str | None:
    """Return what to tell the user about `url`: that http to the internet is readable."""
    parts = urlsplit(url)
    if parts.scheme != "http" or _is_near(parts.hostname or ""):
        return None
    return (
        f"The connection to {parts.hostname} is not encrypted: others on the way can read "
        "the API key and the conversation. Use https if the server offers it."
    )


def _default(provider: str) -> str:
    if provider in DEFAULT_BASE_URLS:
        return DEFAULT_BASE_URLS[provider]
    raise _invalid("The address of the server is missing.", _EXAMPLE)


def _invalid(message: str, cure: str) -> InvalidSetting:
    return InvalidSetting(message, field="endpoint", cure=cure)


def _split(text: str) -> tuple[str, str, int | None, str, str]:
    """Return scheme, host, port, path and query, each checked."""
    _refuse_odd_characters(text)
    url = _with_scheme(_REPEATED_SCHEME.sub("", text))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _invalid("The address has an impossible host or port.", _EXAMPLE) from error
    if parts.username is not None or parts.password is not None:
        raise _invalid(
            "The address contains a user name or password.",
            "Remove what stands before the @ and put the key into its own field.",
        )
    host = _checked_host(host.rstrip("."))
    path = re.sub(r"/{2,}", "/", parts.path).rstrip(f"/{_AROUND}")
    return parts.scheme, host, port, path, parts.query.rstrip(_AROUND)


def _refuse_odd_characters(text: str) -> None:
    if len(text) > _MAX_LENGTH:
        raise _invalid("The address is far too long.", _EXAMPLE)
    odd = next((c for c in text if c in _IMPOSSIBLE or c.isspace() or not c.isprintable()), None)
    if odd is not None:
        what = odd if odd in _IMPOSSIBLE else "a space, a line break or an invisible sign"
        raise _invalid(
            f"The address contains {what}, which no address has.",
            "Enter the address alone, on one line.",
        )


def _with_scheme(text: str) -> str:
    found = _SCHEME.match(text)
    if found is None:
        return _guessed_scheme(text.removeprefix("//"))
    if found[1].lower() not in {"http", "https"}:
        raise _invalid(
            f"An address can't begin with {found[1]}://.", "Use one with http:// or https://."
        )
    return text


def _guessed_scheme(text: str) -> str:
    if re.match(r"^https?:/?(?!/)", text) and not re.match(r"^https?:\d", text):
        raise _invalid("The address lacks a slash after http: or https:.", _EXAMPLE)
    try:
        host = urlsplit(f"//{text}").hostname or ""
    except ValueError:
        host = ""
    return f"http://{text}" if _is_near(host) else f"https://{text}"


def _checked_host(host: str) -> str:
    """Return the host as it goes over the wire: other scripts in ASCII (RFC 3490)."""
    host = _UNSPECIFIED.get(host, host)
    if _ip(host) is not None:
        return host
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not all(_LABEL.match(label) for label in host.split(".")):
        raise _invalid("The address names no valid host.", _EXAMPLE)
    return host


def _refuse_wrong_host(provider: str, host: str) -> None:
    page = WEB_PAGES.get(host.removeprefix("www."))
    if page is not None:
        raise _invalid(
            f"{host} is a web page for people, not the address of an API.", f"Use {page}."
        )
    if provider == "anthropic" and host == OPENAI_HOST:
        raise _invalid(
            "This is OpenAI's address, but Anthropic is chosen.", "Choose OpenAI as the provider."
        )


def _messages_path(host: str, path: str) -> str:
    """Return the path that Anthropic's SDK puts `/v1/messages` behind."""
    path = _VERSIONS.sub("", _without_operation(path))
    return path or MESSAGES_PATHS.get(host, "")


def _chat_path(host: str, port: int | None, path: str) -> str:
    known = chat_path(host)
    path = _VERSIONS.sub("/v1", _without_operation(path))
    if is_azure(host) or (known is not None and _is_beginning(path, of=known)):
        return known or ""
    if _is_native_path(port, path):
        return "/v1"
    return path or "/v1"


def _is_beginning(path: str, *, of: str) -> bool:
    """Tell whether `path` is empty, `/v1` or a part of the known path, so that it is meant."""
    path = path.lower()
    return path == "/v1" or f"{of}/".startswith(f"{path}/")


def _is_native_path(port: int | None, path: str) -> bool:
    """Tell whether this is the own API of Ollama or of LM Studio, beside the common one."""
    ollama, lm_studio = 11434, 1234
    return (port == ollama and path == "/api") or (
        port == lm_studio and path in {"/api/v0", "/api/v1"}
    )


def _without_operation(path: str) -> str:
    while (found := _OPERATION.search(path)) is not None:
        path = path[: found.start()].rstrip("/")
    return _OLLAMA_OPERATION.sub("", path)


def _without_api_version(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([pair for pair in pairs if pair[0] != "api-version"])


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_near(host: str) -> bool:
    """Tell whether `host` is this computer or on the local network."""
    host = host.lower().rstrip(".")
    address = _ip(host)
    if address is not None:
        return not address.is_global
    return "." not in host or host.endswith((*_LOCAL_SUFFIXES, ".localhost"))
