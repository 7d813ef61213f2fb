"""Which proxy is taken, and that everything that goes out takes it, and nothing near does."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import pytest

from desktop.core.content import Role
from desktop.core.errors import ErrorKind, InvalidSetting, LLMError
from desktop.llm import (
    CompletionsConfig,
    EmbeddingsConfig,
    LLMMessage,
    LLMProvider,
    NetworkOptions,
    get_embeddings_client,
    get_llm_client,
)
from desktop.llm.diagnosis import StageName, diagnose, diagnose_embeddings
from desktop.llm.network import proxy_address
from desktop.llm.proxies import proxy_for
from tests.faults.wire_server import JSON, Reply, WireServer
from tests.llm.chat_syntax_cases import DONE, HALLO, STOP, events

QUESTION = [LLMMessage(Role.USER, "Hello")]
ANSWER = Reply(events(HALLO, STOP) + DONE)
LISTED = Reply(b'{"data": [{"id": "model-x"}]}', content_type=JSON, framing="length")
VECTOR = Reply(b'{"data": [{"index": 0, "embedding": [0.5, 0.5]}]}', content_type=JSON)
FAR = "http://models.example/v1"


def chat_config(endpoint: str = FAR) -> CompletionsConfig:
    return CompletionsConfig(LLMProvider.OPENAI_COMPATIBLE, "key-1234", "model-x", endpoint)


def manual(proxy: WireServer, **more: Any) -> NetworkOptions:
    return NetworkOptions(proxy="manual", proxy_url=proxy.origin, **more)


@pytest.mark.parametrize(
    ("entered", "address"),
    [
        (" proxy.corp:3128 ", "http://proxy.corp:3128"),
        ("http://proxy.corp:3128/", "http://proxy.corp:3128"),
        ("https://proxy.corp", "https://proxy.corp"),
        ("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080"),
        ("SOCKS5H://[::1]:1080", "SOCKS5H://[::1]:1080"),
        ("socks://127.0.0.1:1080/", "socks5://127.0.0.1:1080"),
    ],
)
def test_the_address_of_a_proxy_is_read_as_it_is_written(entered: str, address: str) -> None:
    assert proxy_address(entered) == address


@pytest.mark.parametrize(
    ("entered", "words"),
    [
        ("", "no address"),
        ("http://", "no address"),
        ("proxy corp:3128", "no address"),
        ("proxy.corp:99999", "no address"),
        ("proxy.corp:0", "no address"),
        ("http://[::1", "no address"),
        ("http://proxy.corp/wpad.dat", "no address"),
        ("ftp://proxy.corp:21", "Only http"),
        ("socks4://proxy.corp:1080", "Only http"),
        ("http://me:canary@proxy.corp:3128", "password in it"),
    ],
)
def test_what_is_no_address_of_a_proxy_is_refused(entered: str, words: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        proxy_address(entered)

    assert words in caught.value.message
    assert caught.value.field == "proxy_url"
    assert "canary" not in f"{caught.value!r} {caught.value.cure}"


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("*", "https://any.example/v1"),
        ("example.com", "https://example.com/v1"),
        ("Example.COM", "https://api.example.com/v1"),
        (".example.com", "https://api.example.com/v1"),
        ("*.example.com", "https://api.example.com/v1"),
        (" example.com ", "https://example.com/v1"),
        ("example.com:8443", "https://example.com:8443/v1"),
        ("example.com:443", "https://example.com/v1"),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1"),
        ("192.168.1.5", "http://192.168.1.5/v1"),
        ("192.168.1.5:8000", "http://192.168.1.5:8000/v1"),
        ("fd00::/8", "http://[fd00::1]:8000/v1"),
        ("[fd00::1]", "http://[fd00::1]:8000/v1"),
        ("[fd00::1]:8000", "http://[fd00::1]:8000/v1"),
        ("<local>", "http://gpu-box:8000/v1"),
    ],
)
def test_an_excepted_host_is_reached_directly(entry: str, url: str) -> None:
    network = NetworkOptions(proxy="manual", proxy_url="proxy.corp:3128", no_proxy=("a.b", entry))

    assert proxy_for(url, network) is None


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("", "https://example.com/v1"),
        ("ample.com", "https://example.com/v1"),
        ("example.com:8443", "https://example.com/v1"),
        ("example.com", "https://example.com.evil.net/v1"),
        ("10.0.0.0/8", "http://11.1.2.3/v1"),
        ("1.5", "http://192.168.1.5/v1"),
        ("10.0.0.0/99", "http://10.0.0.1/v1"),
        ("<local>", "http://gpu.box/v1"),
    ],
)
def test_a_host_that_is_not_excepted_takes_the_proxy(entry: str, url: str) -> None:
    network = NetworkOptions(proxy="manual", proxy_url="proxy.corp:3128", no_proxy=(entry,))
    proxy = proxy_for(url, network)

    assert proxy is not None
    assert str(proxy.url) == "http://proxy.corp:3128"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.9.9.9", "m.localhost"])
def test_s14_no_setting_puts_a_proxy_before_this_computer(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.corp:3128")
    for network in (
        NetworkOptions(),
        NetworkOptions(proxy="manual", proxy_url="proxy.corp:3128"),
    ):
        assert proxy_for(f"http://{host}:8080/v1", network) is None


def test_the_systems_proxy_keeps_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.corp:3128")
    monkeypatch.setenv("NO_PROXY", "direct.example, 10.0.0.0/8")
    system = NetworkOptions()

    found = proxy_for("https://api.example/v1", system)
    assert found is not None
    assert str(found.url) == "http://proxy.corp:3128"
    assert proxy_for("https://direct.example/v1", system) is None
    assert proxy_for("https://10.0.0.7/v1", system) is None
    assert proxy_for("https://api.example/v1", NetworkOptions(proxy="none")) is None


def test_gnomes_word_for_socks_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080/")
    found = proxy_for("https://api.example/v1", NetworkOptions())

    assert found is not None
    assert found.url.scheme == "socks5"


def test_a_proxys_password_is_in_no_text() -> None:
    network = NetworkOptions(
        proxy="manual", proxy_url="p.corp:1", proxy_user="me", proxy_password="canary"
    )

    assert "canary" not in repr(network)
    assert "canary" not in repr(proxy_for(FAR, network))


async def test_s14_a_chat_and_its_model_list_take_the_proxy_with_its_password() -> None:
    async with WireServer(LISTED, ANSWER) as proxy:
        network = manual(proxy, proxy_user="me", proxy_password="pä:ss")
        client = get_llm_client(chat_config(), network=network)
        models = await client.list_models()
        response = await client.complete(QUESTION)
        await client.aclose()

    assert [model.id for model in models] == ["model-x"]
    assert response.content == "Hal"
    assert [r.path for r in proxy.requests] == [f"{FAR}/models", f"{FAR}/chat/completions"]
    expected = f"Basic {b64encode('me:pä:ss'.encode()).decode()}"
    assert {r.headers["proxy-authorization"] for r in proxy.requests} == {expected}
    assert {r.headers["authorization"] for r in proxy.requests} == {"Bearer key-1234"}


async def test_k12_the_proxys_password_is_in_no_log_and_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = b"you said Basic bWU6Y2FuYXJ5LTEyMzQ= and me:canary-1234"
    async with WireServer(Reply(echo, status=407, framing="length")) as proxy:
        network = manual(proxy, proxy_user="me", proxy_password="canary-1234")
        client = get_llm_client(chat_config(), network=network)
        with pytest.raises(LLMError) as caught:
            await client.complete(QUESTION)
        await client.aclose()

    assert caught.value.kind is ErrorKind.PROXY
    shown = f"{caplog.text} {caught.value!r} {caught.value.detail}"
    assert "canary-1234" not in shown
    assert "bWU6Y2FuYXJ5LTEyMzQ" not in shown


class SocksProxy:
    """A SOCKS 5 proxy (RFC 1928, 1929) that sends everything to `port` of this computer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        methods = await reader.readexactly((await reader.readexactly(2))[1])
        if b"\x02" in methods:
            writer.write(b"\x05\x02")
            await reader.readexactly(1)
            self.asked += [await self._text(reader), await self._text(reader)]
            writer.write(b"\x01\x00")
        else:
            writer.write(b"\x05\x00")
        await reader.readexactly(4)
        self.asked.append(await self._text(reader))
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        with suppress(ConnectionError):
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _text(self, reader: asyncio.StreamReader) -> bytes:
        return await reader.readexactly((await reader.readexactly(1))[0])

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
        target.close()


@pytest.mark.parametrize("user", ["", "me"])
async def test_a_socks_proxy_looks_the_name_up_and_takes_the_password(user: str) -> None:
    async with WireServer(ANSWER) as server:
        proxy = SocksProxy(server.port)
        async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as listening:
            port = listening.sockets[0].getsockname()[1]
            network = NetworkOptions(
                proxy="manual",
                proxy_url=f"socks5://127.0.0.1:{port}",
                proxy_user=user,
                proxy_password="secret",
            )
            client = get_llm_client(chat_config(), network=network)
            response = await client.complete(QUESTION)
            await client.aclose()

    assert response.content == "Hal"
    assert proxy.asked == [*([b"me", b"secret"] if user else []), b"models.example"]


async def test_embeddings_take_the_proxy() -> None:
    async with WireServer(VECTOR) as proxy:
        config = EmbeddingsConfig("key-1234", "text-embedding-3-small", FAR)
        client = get_embeddings_client(config, network=manual(proxy))
        vectors = await client.embed(["Hello"])
        await client.aclose()

    assert vectors.tolist() == [[0.5, 0.5]]
    assert proxy.requests[0].path == f"{FAR}/embeddings"


async def test_a_connection_test_takes_the_proxy_and_says_so() -> None:
    async with WireServer(LISTED, ANSWER) as proxy:
        stages = [s async for s in diagnose(chat_config(), network=manual(proxy))]
    ended = {stage.name: stage for stage in stages}

    assert ended[StageName.DNS].state == "skipped"
    assert "127.0.0.1" in ended[StageName.DNS].result
    assert ended[StageName.ANSWER].state == "ok"


async def test_a_test_of_embeddings_takes_the_proxy() -> None:
    config = EmbeddingsConfig("key-1234", "text-embedding-3-small", FAR)
    async with WireServer(LISTED, VECTOR) as proxy:
        stages = [s async for s in diagnose_embeddings(config, network=manual(proxy))]

    assert stages[-1].state == "ok"
    assert "2 dimensions" in stages[-1].result


async def test_no_proxy_is_taken_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with WireServer(ANSWER) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.origin)
        network = NetworkOptions(proxy="none")
        client = get_llm_client(chat_config("http://models.invalid/v1"), network=network)
        with pytest.raises(LLMError) as caught:
            await client.complete(QUESTION)
        await client.aclose()

    assert caught.value.kind is ErrorKind.DNS
    assert proxy.requests == []


async def test_an_encrypted_server_is_reached_through_a_tunnel() -> None:
    refusal = Reply(raw=b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
    async with WireServer(refusal) as proxy:
        client = get_llm_client(chat_config("https://models.example/v1"), network=manual(proxy))
        with pytest.raises(LLMError) as caught:
            await client.complete(QUESTION)
        await client.aclose()

    assert caught.value.kind is ErrorKind.PROXY
    assert {request.method for request in proxy.requests} == {"CONNECT"}
    assert proxy.requests[0].path == "models.example:443"
    assert "authorization" not in proxy.requests[0].headers


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda _: NetworkOptions(proxy="manual"), ErrorKind.PROXY),
        (lambda folder: NetworkOptions(ca_file=folder / "missing.pem"), ErrorKind.TLS),
        (lambda folder: NetworkOptions(ca_file=_junk(folder)), ErrorKind.TLS),
        (lambda folder: NetworkOptions(ca_file=folder), ErrorKind.TLS),
    ],
)
async def test_settings_that_cannot_be_used_end_in_an_error(
    make: Callable[[Path], NetworkOptions], kind: ErrorKind, tmp_path: Path
) -> None:
    network = make(tmp_path)
    client = get_llm_client(chat_config("https://models.invalid/v1"), network=network)
    async with aclosing(client.stream(QUESTION)) as stream:
        (chunk,) = [chunk async for chunk in stream]
    await client.aclose()

    assert chunk.error is not None
    assert chunk.error.kind is kind
    assert chunk.error.cure
    stages = diagnose(chat_config("https://localhost:9/v1"), network=network)
    assert (await asyncio.wait_for(_last(stages), 20)).state in {"failed", "skipped"}


def _junk(folder: Path) -> Path:
    path = folder / "junk.pem"
    path.write_text("no certificate")
    return path


async def _last(stages: Any) -> Any:
    return [stage async for stage in stages][-1]
