"""The way to a server: encryption, certificates and proxies."""

import asyncio
import datetime as dt
import gc
import socket
import ssl
import struct
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.network import NetworkOptions
from desktop.llm.route import Route
from tests.faults.wire_server import WireServer
from tests.llm.scripted_server import ScriptedServer

RESET = struct.pack("ii", 1, 0)  # of SO_LINGER: end with a reset


async def refused_encryption(url: str) -> LLMError:
    """Go the way to `url` and return why encryption failed."""
    route = Route(url, NetworkOptions())
    assert (await route.resolve()).state == "ok"
    assert (await route.connect()).state == "ok"
    with pytest.raises(LLMError) as caught:
        await route.encrypt()
    await route.aclose()
    return caught.value


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that signs itself, for this computer."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    alternatives = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest_asyncio.fixture
async def tls_port(certificate: Path) -> AsyncGenerator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    scripted = ScriptedServer()
    async with scripted.listening(ssl=context) as port:
        yield port


async def test_s13_a_certificate_that_nobody_trusts_fails_the_encryption(tls_port: int) -> None:
    error = await refused_encryption(f"https://localhost:{tls_port}/v1")

    assert error.kind is ErrorKind.TLS
    assert "self-signed" in error.detail


async def test_s13_a_trusted_certificate_passes(tls_port: int, certificate: Path) -> None:
    route = Route(f"https://localhost:{tls_port}/v1", NetworkOptions(ca_file=certificate))

    await route.connect()
    found = await route.encrypt()
    await route.aclose()

    assert found.state == "ok"
    assert "TLSv1" in found.result


async def test_https_to_a_server_without_it_fails_the_encryption() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await refused_encryption(f"https://127.0.0.1:{port}/v1")

    assert error.kind is ErrorKind.TLS
    assert "http" in error.cure


async def test_a_proxy_takes_the_place_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async with WireServer() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{proxy.port}")
        route = Route("https://api.example.com/v1", NetworkOptions())
        found = [await route.resolve(), await route.connect(), await route.encrypt()]
        address = proxy.origin

    assert [finding.state for finding in found] == ["skipped", "ok", "skipped"]
    assert address in found[0].result
    assert "secret" not in repr(found)


async def test_s14_a_proxy_that_is_not_there_fails_the_connection() -> None:
    network = NetworkOptions(proxy="manual", proxy_url="socks5://127.0.0.1:9")
    route = Route("https://api.example.com/v1", network)
    await route.resolve()
    with pytest.raises(LLMError) as caught:
        await route.connect()

    assert caught.value.kind is ErrorKind.PROXY
    assert "socks5://127.0.0.1:9" in caught.value.message


async def test_a_way_that_is_given_up_leaves_no_socket(scripted_server: ScriptedServer) -> None:
    for patience in range(200):
        route = Route(scripted_server.url, NetworkOptions())
        await route.resolve()
        connecting = asyncio.create_task(route.connect())
        for _ in range(patience % 20):
            await asyncio.sleep(0)

        connecting.cancel()
        with suppress(asyncio.CancelledError):
            await connecting
        await route.aclose()

    gc.collect()  # a socket that nobody closed is an error of this test


async def test_a_server_that_hangs_up_at_once_was_reached() -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for _ in range(50):
            route = Route(f"http://127.0.0.1:{port}/v1", NetworkOptions())
            await route.resolve()
            assert (await route.connect()).result == f"127.0.0.1, port {port}"
            await route.aclose()
