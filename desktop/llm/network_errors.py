"""Tell why a connection failed from the chain of exceptions behind it."""

import socket
import ssl
from collections.abc import Iterator
from typing import cast

import anyio
import httpx2

from desktop.core.errors import ErrorKind, LLMError


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and every exception behind it, each once.

    An `LLMError` that was merely being handled at the time is no reason: it is an earlier
    failure, after which the caller asks again.
    """
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(cast("BaseExceptionGroup[BaseException]", current).exceptions)
        if current.__context__ is not None and not isinstance(current.__context__, LLMError):
            waiting.append(current.__context__)
        if current.__cause__ is not None:
            waiting.append(current.__cause__)


def network_kind(error: BaseException) -> ErrorKind | None:
    """Return how the connection failed, or None when it is none of that.

    The most telling exception of the chain decides, wherever it stands.
    """
    chain = list(causes(error))
    for kind, types in _BY_TYPE:
        if any(isinstance(cause, types) for cause in chain):
            return kind
    return None


def certificate_problem(error: BaseException) -> str | None:
    """Return the verifier's words if the server's certificate was refused."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        if "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return "the certificate is not trusted"
    return None


_BY_TYPE: tuple[tuple[ErrorKind, tuple[type[BaseException], ...]], ...] = (
    (ErrorKind.PROXY, (httpx2.ProxyError,)),
    (ErrorKind.DNS, (socket.gaierror,)),
    (ErrorKind.TLS, (ssl.SSLError,)),
    (ErrorKind.REFUSED, (ConnectionRefusedError,)),
    (ErrorKind.AUTH, (httpx2.LocalProtocolError,)),
    (ErrorKind.TIMEOUT, (httpx2.TimeoutException, TimeoutError)),
    (
        ErrorKind.NETWORK,
        (
            httpx2.NetworkError,
            httpx2.RemoteProtocolError,
            anyio.BrokenResourceError,
            anyio.EndOfStream,
            OSError,
        ),
    ),
    (ErrorKind.BAD_RESPONSE, (httpx2.DecodingError, httpx2.TooManyRedirects)),
)
