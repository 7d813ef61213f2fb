"""The HTTP client under both SDKs: it talks to one origin, with our headers, and no other."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx2

import desktop
from desktop.core.connection import origin
from desktop.core.errors import ErrorKind, InvalidSetting, LLMError
from desktop.llm.endpoints import is_loopback
from desktop.llm.keys import clean_key
from desktop.llm.network import NetworkOptions
from desktop.llm.proxies import proxy_for

MAX_ERROR_BYTES = 256 * 1024

_ALLOWED = frozenset(
    {
        "accept",
        "accept-encoding",
        "anthropic-version",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "transfer-encoding",
        "user-agent",
        "x-api-key",
        "x-stainless-raw-response",  # by this the SDK knows afterwards what was asked of it
    }
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """What every request carries: the key by its headers; empty for a server without one."""

    base_url: str
    headers: dict[str, str] = field(repr=False)

    async def on_request(self, request: httpx2.Request) -> None:
        """Put our headers in the place of the SDK's, whose environment may have added some.

        Raises:
            LLMError: the request would leave the configured origin.
        """
        if origin(str(request.url)) != origin(self.base_url):
            raise LLMError(
                f"A request to {request.url.host} was stopped: it is not the configured server.",
                kind=ErrorKind.ENDPOINT_REDIRECT,
                cure="Check the endpoint in Settings.",
            )
        for name in [name for name in request.headers if name.lower() not in _ALLOWED]:
            del request.headers[name]
        for name in ("authorization", "x-api-key"):
            request.headers.pop(name, None)
        request.headers["host"] = request.url.netloc.decode("ascii")
        request.headers["accept"] = "application/json, text/event-stream"
        request.headers["user-agent"] = f"Parley/{desktop.__version__}"
        request.headers.update(self.headers)


class _Capped(httpx2.AsyncByteStream):
    """The body of an error response, which need not be longer than a page."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_ERROR_BYTES
        async for data in self._stream:
            yield data[:left]
            left -= len(data)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _cap_error(response: httpx2.Response) -> None:
    if response.status_code >= httpx2.codes.BAD_REQUEST and isinstance(
        response.stream, httpx2.AsyncByteStream
    ):
        response.stream = _Capped(response.stream)


def new_http_client(pinned: Pinned, network: NetworkOptions) -> httpx2.AsyncClient:
    """Make the client; a server on this computer is never reached through a proxy.

    Trust in certificates is the operating system's. Reading it takes 50 ms: call this in a
    thread.

    Raises:
        LLMError: kind `proxy` or `tls`; the proxy is no address, or the certificates to
            trust can't be read.
    """
    url, limits = pinned.base_url, network.limits
    try:
        proxy = proxy_for(url, network)
        # A context that trusts nobody, where no certificate will ever be shown.
        plain = proxy is None and url.startswith("http:")
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else trusted(url, network)
    except InvalidSetting as error:
        kind = ErrorKind.TLS if error.field == "ca_file" else ErrorKind.PROXY
        raise LLMError(error.message, kind=kind, cure=error.cure) from error
    if proxy is not None:
        proxy.ssl_context = trust if proxy.url.scheme == "https" else None
    return httpx2.AsyncClient(
        verify=trust,
        proxy=proxy,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx2.Timeout(
            connect=limits.connect, read=limits.idle, write=limits.write, pool=limits.connect
        ),
        event_hooks={"request": [pinned.on_request], "response": [_cap_error]},
    )


def trusted(url: str, network: NetworkOptions) -> ssl.SSLContext:
    """Return whom to trust on the way to `url`: the system's authorities and the user's.

    Reading them takes 50 ms: call this in a thread.

    Raises:
        InvalidSetting: the user's file can't be read; field `ca_file`.
    """
    context = httpx2.create_ssl_context(trust_env=not is_loopback(url))
    if network.ca_file is not None:
        try:
            context.load_verify_locations(network.ca_file)
        except OSError as error:  # of which ssl.SSLError is one
            raise InvalidSetting(
                f"No certificates can be read from {network.ca_file.name}.",
                field="ca_file",
                cure="Choose a file of certificates in PEM form, or none.",
            ) from error
    return context


def checked_key(api_key: str | None) -> str | None:
    """Return the key without what was pasted around it, None for a server without one.

    Raises:
        LLMError: it can't be sent in a header; the message says why, without the key.
    """
    try:
        return clean_key(api_key or "") or None
    except InvalidSetting as error:
        raise LLMError(error.message, kind=ErrorKind.AUTH, cure=error.cure) from None
