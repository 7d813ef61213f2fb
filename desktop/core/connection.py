"""Rules about the addresses that Parley talks to."""

from urllib.parse import urlsplit

LOCAL_MODEL_SCHEME = "local://"
"""An endpoint such as `local://smollm2-135m-instruct`: the model that Parley itself runs.

Its real address changes with every start, so the name is what is stored.
"""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_local_model(endpoint: str | None) -> bool:
    """Tell whether `endpoint` names the model that Parley itself runs."""
    return endpoint is not None and endpoint.startswith(LOCAL_MODEL_SCHEME)


def local_model_name(endpoint: str) -> str:
    """Return the name in a `local://NAME` endpoint."""
    return endpoint.removeprefix(LOCAL_MODEL_SCHEME)


def origin(url: str) -> str:
    """Return scheme, host and port of `url`, as a browser compares them (RFC 6454).

    A local model's endpoint is its own origin.
    """
    if is_local_model(url):
        return url
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    if port is None or port == _DEFAULT_PORTS.get(parts.scheme):
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"
