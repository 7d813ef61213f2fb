"""What the page Network sets: kept, its password sealed, and used by everything that connects."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desktop.core.errors import MasterKeyGone
from desktop.llm import LLMMessage, LLMProvider, Role
from desktop.llm.network import NetworkOptions
from desktop.local.engine import LocalEngine
from desktop.services.connections import Connections
from desktop.services.meaning.embedder import Embedders
from desktop.services.network import NetworkStore, NetworkValues
from desktop.services.settings import SettingsService
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange
from desktop.storage.repositories.system_config import SystemConfigRepository
from desktop.storage.vault import KeyPlace
from tests.services.proxy_server import ProxyServer
from tests.services.settings_home import SettingsHome, no_local_model

PASSWORD = "proxy-canary-0123456789"
SERVER = "http://models.example/v1"
MANUAL = NetworkValues(proxy="manual", proxy_url="proxy.example:3128", proxy_user="ada")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[SettingsHome]:
    home = await SettingsHome.open(tmp_path / "home", KeyPlace.PRIVATE_FILE)
    yield home
    await home.close()


@pytest.fixture
async def proxy() -> AsyncIterator[ProxyServer]:
    proxy = ProxyServer()
    await proxy.start()
    yield proxy
    await proxy.stop()


def store(home: SettingsHome) -> NetworkStore:
    return NetworkStore(home.database, home.vault)


async def put(home: SettingsHome, value: dict[str, Any]) -> None:
    async with home.database.write() as session:
        await SystemConfigRepository(session).put("app", "network", value)


async def test_nothing_set_is_the_systems_own_network(home: SettingsHome) -> None:
    assert await store(home).load() == NetworkValues()
    assert await store(home).options() == NetworkOptions()


async def test_what_is_saved_comes_back_and_the_password_only_where_it_is_used(
    home: SettingsHome,
) -> None:
    values = replace(MANUAL, password=PASSWORD, no_proxy="a.example, 10.0.0.0/8", connect_seconds=5)
    assert not await store(home).problems(values)
    await store(home).save(values)

    loaded = await store(home).load()
    assert (loaded.password, loaded.password_saved) == ("", True)
    assert (loaded.no_proxy, loaded.connect_seconds) == ("a.example, 10.0.0.0/8", 5)
    options = await store(home).options()
    assert (options.proxy_url, options.proxy_user) == ("http://proxy.example:3128", "ada")
    assert options.proxy_password == PASSWORD
    assert options.no_proxy == ("a.example", "10.0.0.0/8")
    assert options.limits.connect == 5
    assert PASSWORD not in f"{values!r} {options!r} {await home.row('app', 'network')}"
    for path in home.paths.data.rglob("*"):
        assert PASSWORD.encode() not in (path.read_bytes() if path.is_file() else b""), path


async def test_a_password_that_is_not_typed_stays_and_goes_to_its_own_proxy_only(
    home: SettingsHome,
) -> None:
    await store(home).save(replace(MANUAL, password=PASSWORD))
    again = replace(await store(home).load(), connect_seconds=7)
    assert not await store(home).problems(again)
    await store(home).save(again)
    assert (await store(home).options()).proxy_password == PASSWORD

    elsewhere = replace(again, proxy_url="evil.example:3128")
    [problem] = await store(home).problems(elsewhere)
    assert problem.field == "proxy_password"
    assert not await store(home).problems(replace(elsewhere, password="another"))
    assert not await store(home).problems(replace(elsewhere, proxy_user=""))

    row = await home.row("app", "network")
    assert row is not None
    await put(home, {**row, "proxy_url": "http://evil.example:3128"})
    with pytest.raises(Exception, match="another address"):
        await store(home).options()


async def test_without_a_user_there_is_no_password(home: SettingsHome) -> None:
    await store(home).save(replace(MANUAL, password=PASSWORD))
    await store(home).save(replace(await store(home).load(), proxy_user=""))

    assert (await store(home).load()).password_saved is False
    assert (await store(home).options()).proxy_password == ""


async def test_a_password_that_can_not_be_opened_is_no_password(home: SettingsHome) -> None:
    await store(home).save(replace(MANUAL, password=PASSWORD))
    home.paths.key_file.unlink()
    later = await SettingsHome.open(home.paths.data, None)

    with pytest.raises(MasterKeyGone):
        await store(later).options()
    assert (await store(later).load()).password_saved
    await later.close()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (NetworkValues(proxy="manual"), "proxy_url"),
        (NetworkValues(proxy="manual", proxy_url="ftp://proxy.example"), "proxy_url"),
        (NetworkValues(proxy="manual", proxy_url="ada:secret@proxy.example"), "proxy_url"),
        (NetworkValues(ca_file="/nowhere/at/all.pem"), "ca_file"),
    ],
)
async def test_what_can_not_be_used_is_named_at_its_field(
    values: NetworkValues, field: str, home: SettingsHome
) -> None:
    [problem] = await store(home).problems(values)

    assert problem.field == field
    assert problem.cure


async def test_a_file_without_certificates_is_refused(home: SettingsHome, tmp_path: Path) -> None:
    file = tmp_path / "notes.pem"
    file.write_text("no certificate")

    [problem] = await store(home).problems(NetworkValues(ca_file=str(file)))

    assert "No certificates" in problem.message


@pytest.mark.parametrize(
    "row",
    [
        {"proxy": "magic", "proxy_url": 3, "no_proxy": "x", "connect_seconds": "soon"},
        {"connect_seconds": True, "answer_seconds": None, "ca_file": []},
    ],
)
async def test_what_makes_no_sense_is_as_if_it_were_not_there(
    row: dict[str, Any], home: SettingsHome
) -> None:
    await put(home, row)

    assert await store(home).load() == NetworkValues()


async def test_chats_lists_tests_and_embeddings_go_through_the_proxy(
    home: SettingsHome, proxy: ProxyServer, tmp_path: Path
) -> None:
    network = store(home)
    await network.save(replace(MANUAL, proxy_url=proxy.address, password=PASSWORD))
    service = SettingsService(
        home.database, home.vault, local=no_local_model, network=network.options
    )
    compatible = LLMProvider.OPENAI_COMPATIBLE
    await service.update(
        completions=CompletionsChange(provider=compatible, model="m", endpoint=SERVER),
        embeddings=EmbeddingsChange(model="m", api_key="sk-0123456789", endpoint=SERVER),
    )

    assert [m["id"] for m in await service.models(compatible, "", SERVER)] == ["m"]
    stages = [stage async for stage in service.test(compatible, "", "m", SERVER)]
    assert [stage for stage in stages if stage.state == "failed"] == []
    tried = [stage async for stage in service.test_embeddings(None, "m", SERVER)]
    assert [stage.name for stage in tried if stage.state == "failed"] == []
    connections = Connections(home.database, LocalEngine(tmp_path), network=network.options)
    async with connections.client(lambda _: None) as client:
        answer = await client.complete([LLMMessage(Role.USER, "hi")])
    assert answer.content == "OK"
    async with Embedders(home.database, network.options).open() as embedder:
        assert (await embedder.embed(["a"])).shape == (1, 2)

    assert {line.split()[1] for line in proxy.requests} == {
        f"{SERVER}/{path}" for path in ("models", "chat/completions", "embeddings")
    }
    sent = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
    assert proxy.passwords == {f"Basic {sent}"}
    count = len(proxy.requests)

    await network.save(replace(MANUAL, proxy="none"))
    async with connections.client(lambda _: None) as other:
        assert other is not client
    await connections.aclose()
    assert len(proxy.requests) == count
