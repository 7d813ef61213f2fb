"""What users paste → the base URL that a client uses, and what to warn about."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from desktop.core.connection import is_local_model, origin
from desktop.llm.addresses import (
    AROUND,
    EXAMPLE,
    Address,
    invalid,
    ip_of,
    is_near,
    read_address,
)
from desktop.llm.hosts import (
    DEFAULT_BASE_URLS,
    MESSAGES_PATHS,
    OPENAI_HOST,
    WEB_PAGES,
    chat_path,
    is_azure,
)

_OPERATION = re.compile(
    r"/(?:chat/completions|completions|responses|embeddings|messages(?:/count_tokens)?|models)$",
    re.IGNORECASE,
)
_VERSIONS = re.compile(r"(?:/v1)+$", re.IGNORECASE)
_OLLAMA_OPERATION = re.compile(r"/api/(?:chat|generate|tags|show|ps|version|embed|embeddings)$")


def base_url(provider: str, endpoint: str | None) -> str:
    """Return the base URL for `provider` from what the user entered.

    `provider` is `openai`, `anthropic` or `openai_compatible`; an empty `endpoint` is the
    provider's own. A local model's endpoint comes back as it is. The result is stable:
    given back, it stays the same.

    Raises:
        InvalidSetting: no address can be read from it; field `endpoint`.
    """
    text = (endpoint or "").strip(AROUND)
    if not text:
        return _default(provider)
    if is_local_model(text):
        return text
    address = read_address(text)
    _refuse_wrong_host(provider, address.host)
    path = _messages_path(address) if provider == "anthropic" else _chat_path(address)
    query = _without_api_version(address.query) if is_azure(address.host) else address.query
    return replace(address, path=path, query=query).url()


def key_origin(provider: str, endpoint: str | None) -> str:
    """Return the origin that a key is bound to, and sent to; see `base_url`."""
    return origin(base_url(provider, endpoint))


def neighbour(url: str) -> str | None:
    """Return the base URL with `/v1` behind it, or without the one that is there.

    None where that would be no other base URL.
    """
    address, question, query = url.partition("?")
    other = address.removesuffix("/v1") if address.endswith("/v1") else f"{address}/v1"
    other = base_url("openai_compatible", f"{other}{question}{query}")
    return None if other == url else other


def is_loopback(url: str) -> bool:
    """Tell whether `url` is on this computer, so that no proxy may come between."""
    if is_local_model(url):
        return True
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = ip_of(host)
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
    if parts.scheme != "http" or is_near(parts.hostname or ""):
        return None
    return (
        f"The connection to {parts.hostname} is not encrypted: others on the way can read "
        "the API key and the conversation. Use https if the server offers it."
    )


def _default(provider: str) -> str:
    if provider in DEFAULT_BASE_URLS:
        return DEFAULT_BASE_URLS[provider]
    raise invalid("The address of the server is missing.", EXAMPLE)


def _refuse_wrong_host(provider: str, host: str) -> None:
    page = WEB_PAGES.get(host.removeprefix("www."))
    if page is not None:
        raise invalid(
            f"{host} is a web page for people, not the address of an API.", f"Use {page}."
        )
    if provider == "anthropic" and host == OPENAI_HOST:
        raise invalid(
            "This is OpenAI's address, but Anthropic is chosen.", "Choose OpenAI as the provider."
        )


def _messages_path(address: Address) -> str:
    """Return the path that Anthropic's SDK puts `/v1/messages` behind."""
    path = _VERSIONS.sub("", _without_operation(address.path))
    return path or MESSAGES_PATHS.get(address.host, "")


def _chat_path(address: Address) -> str:
    known = chat_path(address.host)
    path = _VERSIONS.sub("/v1", _without_operation(address.path))
    if is_azure(address.host) or (known is not None and _is_beginning(path, of=known)):
        return known or ""
    if _is_native_path(address.port, path):
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
