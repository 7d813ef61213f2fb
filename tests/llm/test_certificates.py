"""Certificates that nobody vouches for: nothing is sent, and the user is told why."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import LLMMessage
from desktop.llm.network import NetworkOptions
from desktop.llm.openai_client import OpenAIClient
from tests.llm.chat_syntax_cases import DONE, HALLO, STOP, events


def server_context(folder: Path, *, expired: bool) -> ssl.SSLContext:
    """Return the TLS side of a server that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "parley test")])
    start = datetime.now(UTC) - timedelta(days=30)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=10 if expired else 60))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context


@pytest.mark.parametrize("expired", [False, True])
async def test_s13_an_untrusted_certificate_is_refused(tmp_path: Path, expired: bool) -> None:
    received: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(100))
        writer.close()

    context = server_context(tmp_path, expired=expired)
    async with await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        client = OpenAIClient("key-1234", "m", f"https://127.0.0.1:{port}/v1")
        with pytest.raises(LLMError) as caught:
            await client.complete([LLMMessage(Role.USER, "Hello")])
        await client.aclose()

    assert caught.value.kind is ErrorKind.TLS
    assert "certificate" in caught.value.detail
    assert b"".join(received) == b""


async def test_s13_an_authority_that_the_user_trusts_is_trusted(tmp_path: Path) -> None:
    context = server_context(tmp_path, expired=False)
    answer = events(HALLO, STOP) + DONE

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        network = NetworkOptions(ca_file=tmp_path / "chain.pem")
        client = OpenAIClient("key-1234", "m", f"https://127.0.0.1:{port}/v1", network=network)
        response = await client.complete([LLMMessage(Role.USER, "Hello")])
        await client.aclose()

    assert response.content == "Hal"
