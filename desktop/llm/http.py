"""The HTTP client under both SDKs: it talks to one origin, with our headers, and no other."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx2

import desktop
from desktop.core.connection import origin
from desktop.core.errors import ErrorKind, InvalidSetting, LLMError
from desktop.core.redaction import redact
from desktop.llm.keys import clean_key

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


def new_http_client(pinned: Pinned, limits: Limits, *, loopback: bool) -> httpx2.AsyncClient:
    """Make the client; a `loopback` server is never reached through a proxy.

    Trust in certificates is the operating system's. Reading it takes 50 ms: call this in a
    thread.

    Raises:
        LLMError: kind `proxy`; the environment names one that is no address.
    """
    plain = loopback and pinned.base_url.startswith("http:")
    timeout = httpx2.Timeout(
        connect=limits.connect, read=limits.idle, write=limits.write, pool=limits.connect
    )
    try:
        return httpx2.AsyncClient(
            # A context that trusts nobody, where no certificate will ever be shown.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True,
            follow_redirects=False,
            trust_env=not loopback,
            timeout=timeout,
            event_hooks={"request": [pinned.on_request], "response": [_cap_error]},
        )
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        raise LLMError(
            "The system's proxy settings can't be used.",
            kind=ErrorKind.PROXY,
            cure="Correct them, for example in the variables HTTPS_PROXY and ALL_PROXY.",
            detail=redact(str(error)),
        ) from error


def checked_key(api_key: str | None) -> str | None:
    """Return the key without what was pasted around it, None for a server without one.

    Raises:
        LLMError: it can't be sent in a header; the message says why, without the key.
    """
    try:
        return clean_key(api_key or "") or None
    except InvalidSetting as error:
        raise LLMError(error.message, kind=ErrorKind.AUTH, cure=error.cure) from None
