"""The way to a server, tried step by step as the clients would go it."""

import asyncio
import socket
from collections.abc import Awaitable
from typing import TypeVar
from urllib.parse import urlsplit

import anyio
import httpx2
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.tls import TLSAttribute, TLSStream

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.endpoints import is_loopback, warning_for
from desktop.llm.error_texts import Service
from desktop.llm.errors import translated
from desktop.llm.http import trusted
from desktop.llm.network import NetworkOptions
from desktop.llm.proxies import proxy_for
from desktop.llm.stages import Finding, ok, skipped

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_FAILURES = (OSError, UnicodeError, anyio.BrokenResourceError, anyio.EndOfStream)
_T = TypeVar("_T")


class Route:
    """Name, connection and encryption to the server at `url`.

    Where a proxy stands in between, it does all three, and only the way to it is tried.
    The clients connect through anyio too, so a name with several addresses is tried in the
    same order; asyncio, when it tries several at once and is cancelled, forgets a socket.
    """

    def __init__(self, url: str, network: NetworkOptions) -> None:
        parts = urlsplit(url)
        self._url = url
        self._network = network
        self._scheme = parts.scheme
        self.host = parts.hostname or ""
        self._port = parts.port or _PORTS.get(parts.scheme, 0)
        self._service = Service(url, is_loopback(url))
        self._proxy: httpx2.URL | None = None
        self._stream: SocketStream | TLSStream | None = None

    async def resolve(self) -> Finding:
        """Look the host's addresses up.

        Raises:
            LLMError: there are none.
            InvalidSetting: the proxy on the way has no address that can be used.
        """
        proxy = await asyncio.to_thread(proxy_for, self._url, self._network)
        if proxy is not None:
            self._proxy = proxy.url  # without its password
            return skipped(f"The proxy {self._proxy} looks the name up.")
        loop = asyncio.get_running_loop()
        search = loop.getaddrinfo(self.host, self._port, type=socket.SOCK_STREAM)
        found = await self._tried(search)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        return ok(", ".join(addresses))

    async def connect(self) -> Finding:
        """Open a connection.

        Raises:
            LLMError: nothing listens, or nothing answers in time; kind `proxy` where that
                is a proxy.
        """
        if self._proxy is not None:
            return await self._reach(self._proxy)
        self._stream = await self._tried(anyio.connect_tcp(self.host, self._port))
        # A server that has hung up by now has no address any more.
        named = (self.host, self._port)
        host, port = self._stream.extra(SocketAttribute.remote_address, named)[:2]
        return ok(f"{host}, port {port}")

    async def _reach(self, proxy: httpx2.URL) -> Finding:
        port = proxy.port or _PORTS[proxy.scheme]
        try:
            self._stream = await self._tried(anyio.connect_tcp(proxy.host, port))
        except LLMError as error:
            raise LLMError(
                f"The proxy {proxy} can't be reached.",
                kind=ErrorKind.PROXY,
                cure="Check the proxy settings, in Parley or of the system.",
                detail=error.detail,
            ) from None
        await self.aclose()
        return ok(f"The proxy {proxy} is there; it connects to the server.")

    async def encrypt(self) -> Finding:
        """Agree on encryption and check the certificate, trusting what the clients trust.

        Raises:
            LLMError: the certificate or the protocol is not right.
            InvalidSetting: the user's file of certificates can't be read.
        """
        if self._scheme == "http":
            return skipped(warning_for(self._url) or "This address is not encrypted.")
        if self._proxy is not None or self._stream is None:
            return skipped("The connection through the proxy is encrypted to its end.")
        context = await asyncio.to_thread(trusted, self._url, self._network)
        wrapping = TLSStream.wrap(
            self._stream, hostname=self.host, ssl_context=context, standard_compatible=False
        )
        self._stream = await self._tried(wrapping)
        return ok(self._stream.extra(TLSAttribute.tls_version))

    async def aclose(self) -> None:
        """Close the connection; a server that serves one at a time is waiting for that."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await anyio.aclose_forcefully(stream)

    async def _tried(self, step: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(self._network.limits.connect):
                return await step
        except _FAILURES as error:
            raise translated(error, self._service) from None
