"""The three ways in, each against something real."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest

from desktop.backend import Backend
from desktop.core.errors import InvalidSetting, ParleyError
from desktop.llm import LLMProvider
from desktop.llm.hosts import DEFAULT_BASE_URLS, Preset
from desktop.local.server import LocalConnection
from desktop.presenters.first_run import FirstRunPresenter
from desktop.presenters.first_run_view import Section
from desktop.services.discovery import FoundServer, find_servers
from desktop.services.settings_values import CompletionsChange


class RecordingPage:
    def __init__(self) -> None:
        self.provider = ""
        self.servers: Sequence[tuple[str, str, str]] = ()
        self.progress: list[str] = []
        self.errors: dict[Section, ParleyError] = {}
        self.busy: set[Section] = set()
        self.was_busy: list[Section] = []
        self.looking: list[bool] = []

    def show_recognised(self, provider: str) -> None:
        self.provider = provider

    def set_looking(self, looking: bool) -> None:
        self.looking.append(looking)

    def set_servers(self, servers: Sequence[tuple[str, str, str]]) -> None:
        self.servers = servers

    def set_local_progress(self, text: str, fraction: float | None) -> None:
        assert fraction is None or 0 <= fraction <= 1
        self.progress.append(text)

    def show_error(self, section: Section, error: ParleyError) -> None:
        self.errors[section] = error

    def set_busy(self, section: Section, busy: bool) -> None:
        (self.busy.add if busy else self.busy.discard)(section)
        self.was_busy.append(section)


class Welcome:
    def __init__(self, backend: Backend, servers: Sequence[FoundServer] = ()) -> None:
        self.page = RecordingPage()
        self.ready = 0
        self._backend = backend

        async def find() -> Sequence[FoundServer]:
            await asyncio.sleep(0)
            return servers

        self.presenter = FirstRunPresenter(
            self.page,
            backend.settings,
            backend.connections,
            save=self._save,
            on_ready=self._on_ready,
            find=find,
        )

    async def _save(self, change: CompletionsChange) -> bool:
        await self._backend.settings.update_completions(change)
        return True

    def _on_ready(self) -> None:
        self.ready += 1


@pytest.fixture
async def own_hosts(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """The providers that were connected to, each listening here instead of on its own host."""
    connected: list[str] = []
    async with AsyncExitStack() as servers:
        for provider in tuple(DEFAULT_BASE_URLS):
            server = await asyncio.start_server(_listener(provider, connected), "127.0.0.1", 0)
            await servers.enter_async_context(server)
            host, port = server.sockets[0].getsockname()
            monkeypatch.setitem(DEFAULT_BASE_URLS, provider, f"http://{host}:{port}/v1")
        yield connected


def _listener(
    provider: str, connected: list[str]
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
    def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(provider)
        writer.close()

    return hang_up


@pytest.mark.parametrize(
    ("key", "provider"),
    [
        ("sk-ant-api03-abc", "Anthropic"),
        ("sk-proj-abc", "OpenAI"),
        ("gsk_abc", "Groq"),
        (" sk-or-v1-abc", "OpenRouter"),
        ("xai-abc", ""),
        ("hello", ""),
        ("", ""),
    ],
)
async def test_the_provider_is_named_while_the_key_is_typed(
    backend: Backend, key: str, provider: str
) -> None:
    welcome = Welcome(backend)

    await welcome.presenter.recognise(key)

    assert welcome.page.provider == provider


@pytest.mark.parametrize("key", ["", "two words", "sk-ключ", "sk-line\nbreak"])
async def test_a_key_that_can_not_be_one_is_refused_beside_its_field(
    backend: Backend, key: str
) -> None:
    welcome = Welcome(backend)

    await welcome.presenter.use_key(key)

    assert welcome.page.errors["key"].message
    assert welcome.page.busy == set()
    assert welcome.ready == 0
    assert (await backend.settings.get()).completions is None


async def test_a_key_goes_to_the_server_that_gave_it_out(
    backend: Backend, keyless_server: LocalConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    groq = Preset("Groq", keyless_server.endpoint, needs_key=True)
    monkeypatch.setattr("desktop.llm.keys.PRESETS", (groq,))
    welcome = Welcome(backend)

    await welcome.presenter.use_key("gsk_0123456789abcdef")

    saved = (await backend.settings.get()).completions
    assert saved is not None
    assert (saved.provider, saved.endpoint) == (LLMProvider.OPENAI_COMPATIBLE, groq.base_url)
    assert (saved.model, saved.api_key_set) == (keyless_server.model, True)
    assert welcome.ready == 1


@pytest.mark.parametrize("key", ["0123456789abcdef0123456789abcdef", "xai-abc", "hf_abc"])
async def test_a_key_that_does_not_tell_whose_it_is_goes_nowhere(
    backend: Backend, own_hosts: list[str], key: str
) -> None:
    welcome = Welcome(backend)

    await welcome.presenter.use_key(key)

    problem = welcome.page.errors["key"]
    assert isinstance(problem, InvalidSetting)
    assert problem.field == "api_key"
    assert "Settings" in problem.cure
    assert key not in str(problem)
    assert own_hosts == []


async def test_a_key_that_tells_whose_it_is_is_tried_there(
    backend: Backend, own_hosts: list[str]
) -> None:
    welcome = Welcome(backend)

    await welcome.presenter.use_key("sk-proj-abc")

    assert set(own_hosts) == {"openai"}
    assert welcome.page.errors["key"].message
    assert welcome.ready == 0


async def test_looking_for_servers_locks_nothing_and_is_done_once(backend: Backend) -> None:
    welcome = Welcome(backend)

    await asyncio.gather(welcome.presenter.look(), welcome.presenter.look())

    assert welcome.page.was_busy == []
    assert welcome.page.looking == [True, False]
    await welcome.presenter.look()
    assert welcome.page.looking == [True, False] * 2


async def test_a_server_that_is_found_is_used_with_its_first_model(
    backend: Backend, keyless_server: LocalConnection
) -> None:
    found = FoundServer(name="llama.cpp", endpoint=keyless_server.endpoint, models=("m", "n"))
    welcome = Welcome(backend, [found])
    await welcome.presenter.look()
    assert welcome.page.servers == [("llama.cpp", keyless_server.endpoint, "m and 1 more")]

    await welcome.presenter.use_server(keyless_server.endpoint)

    saved = (await backend.settings.get()).completions
    assert saved is not None
    assert (saved.endpoint, saved.model) == (keyless_server.endpoint, keyless_server.model)
    assert welcome.ready == 1
    assert welcome.page.errors == {}


async def test_a_server_that_wants_a_key_says_so(
    backend: Backend, llama_server: LocalConnection
) -> None:
    welcome = Welcome(backend)

    await welcome.presenter.use_server(llama_server.endpoint)

    assert "key" in str(welcome.page.errors["server"])
    assert welcome.ready == 0


async def test_a_server_that_does_not_answer_is_named(backend: Backend) -> None:
    welcome = Welcome(backend)

    await welcome.presenter.use_server("http://127.0.0.1:9/v1")

    assert "127.0.0.1:9" in str(welcome.page.errors["server"])
    assert welcome.ready == 0


async def test_looking_finds_what_listens_and_speaks_our_language(
    keyless_server: LocalConnection,
) -> None:
    port = urlsplit(keyless_server.endpoint).port
    assert port is not None

    (found,) = await find_servers({"Nothing": 9, "llama.cpp": port})

    assert found.name == "llama.cpp"
    assert found.endpoint == f"http://127.0.0.1:{port}/v1"
    assert keyless_server.model in found.models
