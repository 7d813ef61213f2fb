"""The model button and the sidebar's foot, over real data and real servers."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from desktop.backend import Backend, open_backend
from desktop.core.connection import LOCAL_MODEL_SCHEME
from desktop.core.errors import KeyringLocked, ParleyError
from desktop.llm import LLMProvider
from desktop.local.model_file import DEMO_MODEL
from desktop.local.server import LocalConnection
from desktop.presenters.account import AccountPresenter
from desktop.services.connections import local_config
from desktop.services.settings_values import CompletionsChange, EmbeddingsChange
from desktop.storage.key_place import KeyPlace
from desktop.storage.paths import Paths
from tests.presenters.settings.model_server import ModelServer

KEY = "sk-test-key-0123456789"


class RecordingAccount:
    def __init__(self) -> None:
        self.model = self.title = self.detail = ""
        self.choices: Sequence[tuple[str, str]] = ()
        self.notices: list[ParleyError] = []

    @property
    def offered(self) -> list[str]:
        return [id_ for id_, _ in self.choices]

    def set_model(self, label: str) -> None:
        self.model = label

    def set_model_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        self.choices = choices

    def set_account(self, title: str, detail: str) -> None:
        self.title, self.detail = title, detail

    def show_notice(self, error: ParleyError) -> None:
        self.notices.append(error)


class Account:
    """The presenter with its view, over `backend`."""

    def __init__(self, backend: Backend) -> None:
        self.view = RecordingAccount()
        self.presenter = AccountPresenter(self.view, backend.settings, backend.connections)
        self._backend = backend

    async def connect(self, endpoint: str, *, model: str = "alpha", api_key: str = KEY) -> None:
        await self._backend.settings.update_completions(
            CompletionsChange(
                provider=LLMProvider.OPENAI_COMPATIBLE,
                model=model,
                endpoint=endpoint,
                api_key=api_key,
                max_tokens=77,
            )
        )
        await self.presenter.refresh()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    server = ModelServer()
    await server.start()
    yield server
    await server.stop()


async def test_nothing_is_set_up(backend: Backend) -> None:
    account = Account(backend)

    assert await account.presenter.refresh() is None
    assert (account.view.model, account.view.title) == ("", "Not connected")
    assert account.view.notices == []


async def test_the_model_can_be_changed_among_those_that_the_server_lists(
    backend: Backend, llama_server: LocalConnection
) -> None:
    account = Account(backend)
    view = account.view
    await account.connect(
        llama_server.endpoint, model=llama_server.model, api_key=llama_server.api_key
    )
    assert view.model == llama_server.model
    assert view.title == llama_server.endpoint.split("/")[2]
    assert view.detail == "Key in a private file"

    await account.presenter.list_models()
    assert view.offered == [llama_server.model]
    await account.presenter.choose_model("another")

    saved = (await backend.settings.get()).completions
    assert saved is not None
    assert (saved.model, saved.max_tokens, saved.api_key_set) == ("another", 77, True)
    assert view.model == "another"
    assert view.offered == [llama_server.model]


async def test_the_models_of_another_server_are_offered_no_longer(
    backend: Backend, server: ModelServer
) -> None:
    account = Account(backend)
    await account.connect(server.endpoint)
    await account.presenter.list_models()
    assert account.view.offered == ["alpha", "beta"]

    await account.connect("http://127.0.0.1:9/v1", model="gamma")

    assert account.view.model == "gamma"
    assert account.view.offered == []


@pytest.mark.parametrize("status", [200, 500])
async def test_what_another_server_says_too_late_is_left_out(
    backend: Backend, server: ModelServer, status: int
) -> None:
    server.status = status
    server.may_answer.clear()
    account = Account(backend)
    await account.connect(server.endpoint)
    listing = asyncio.create_task(account.presenter.list_models())
    async with asyncio.timeout(20):
        while not server.keys_seen:
            await asyncio.sleep(0.01)

    await account.connect("http://127.0.0.1:9/v1")
    server.may_answer.set()
    await listing

    assert account.view.offered == []
    assert account.view.notices == []


async def test_a_list_that_can_not_be_read_is_told(backend: Backend, server: ModelServer) -> None:
    server.key = "another key"
    account = Account(backend)
    await account.connect(server.endpoint)

    await account.presenter.list_models()

    (notice,) = account.view.notices
    assert "key" in notice.message
    assert account.view.offered == []


async def test_a_locked_keyring_is_asked_once_and_the_label_recovers(
    backend: Backend, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account(backend)
    await account.connect(server.endpoint)
    asked: list[str] = []

    async def locked(token: str | None, *, slot: str, origin: str) -> str:
        asked.append(slot)
        raise KeyringLocked("The keyring is locked.", cure="Unlock it.")

    with monkeypatch.context() as patch:
        patch.setattr(backend.vault, "unseal", locked)
        assert await account.presenter.refresh() is None
    view = account.view
    assert len(asked) == 1
    assert (view.title, view.detail) == ("Key not available", "Unlock it.")
    assert [notice.message for notice in view.notices] == ["The keyring is locked."]

    await account.presenter.list_models()
    assert (view.model, view.offered) == ("alpha", ["alpha", "beta"])
    assert "private file" in view.detail


async def test_a_slow_keyring_does_not_undo_what_was_asked_for_later(
    backend: Backend, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = Account(backend)
    await account.connect(server.endpoint)
    unseal, answers = backend.vault.unseal, [KeyringLocked("The keyring is silent.")]

    async def slow_once(token: str | None, *, slot: str, origin: str) -> str | None:
        if answers:
            await asyncio.sleep(0.1)
            raise answers.pop()
        return await unseal(token, slot=slot, origin=origin)

    monkeypatch.setattr(backend.vault, "unseal", slow_once)
    await asyncio.gather(account.presenter.refresh(), account.presenter.refresh())

    assert answers == []
    assert account.view.model == "alpha"


@pytest.mark.parametrize(
    ("gateway", "said"),
    [
        (None, "Embeddings: api.openai.com"),
        ("https://llm.example.com/v1", "Embeddings: llm.example.com"),
        ("http://127.0.0.1:9/v1", "Nothing leaves this computer"),
    ],
)
async def test_beside_the_local_model_stands_where_texts_go_to_be_embedded(
    backend: Backend, gateway: str | None, said: str
) -> None:
    local = LOCAL_MODEL_SCHEME + DEMO_MODEL.name
    account = Account(backend)
    await account.connect(local, model=DEMO_MODEL.name, api_key="")
    assert account.view.detail == "Nothing leaves this computer"

    await backend.settings.update_embeddings(
        EmbeddingsChange(model="small", api_key=KEY, endpoint=gateway)
    )
    await account.presenter.refresh()

    assert (account.view.title, account.view.detail) == ("On this computer", said)


async def test_a_demonstration_leaves_the_saved_model_alone(
    backend: Backend, server: ModelServer, tmp_path: Path
) -> None:
    await Account(backend).connect(server.endpoint)
    await backend.aclose()
    demonstration = await open_backend(
        Paths.resolve(tmp_path),
        key_place=KeyPlace.PRIVATE_FILE,
        override=local_config(LOCAL_MODEL_SCHEME + DEMO_MODEL.name),
    )
    account = Account(demonstration)
    await account.presenter.refresh()
    assert account.view.title == "On this computer"

    await account.presenter.choose_model(DEMO_MODEL.name)

    saved = (await demonstration.settings.get()).completions
    await demonstration.aclose()
    assert saved is not None
    assert saved.model == "alpha"
    assert [notice.message for notice in account.view.notices] == ["This run uses the local model."]
