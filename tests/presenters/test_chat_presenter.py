"""The chat presenter over a real database and a real model, with a view that remembers."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, MessageId
from desktop.llm.factory import CompletionsConfig, LLMProvider
from desktop.local.engine import LocalEngine
from desktop.local.server import LocalConnection
from desktop.presenters.chat import ChatPresenter
from desktop.services.chat import ChatService
from desktop.services.connections import Connections
from desktop.services.drafts import Drafts
from desktop.services.settings import SettingsService
from desktop.storage.database import Database
from desktop.storage.paths import Paths
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.vault import KeyPlace, Vault


class RecordingView:
    """A chat view that only remembers what it was told."""

    def __init__(self) -> None:
        self.title = ""
        self.messages: dict[MessageId, Message] = {}
        self.streamed: dict[MessageId, str] = {}
        self.busy = False
        self.draft = ""
        self.cleared = 0
        self.progress: list[str] = []
        self.notices: list[ParleyError] = []

    def show_conversation(self, title: str, messages: Sequence[Message], draft: str) -> None:
        self.title, self.draft = title, draft
        self.messages = {message.id: message for message in messages}
        self.streamed = {message.id: message.text for message in messages}

    def set_title(self, title: str) -> None:
        self.title = title

    def add_message(self, message: Message) -> None:
        self.messages[message.id] = message
        self.streamed[message.id] = message.text

    def append_text(self, message_id: MessageId, text: str) -> None:
        self.streamed[message_id] += text

    def append_reasoning(self, message_id: MessageId, text: str) -> None:
        assert message_id in self.messages

    def finish_message(self, message: Message) -> None:
        assert message.id in self.messages
        self.messages[message.id] = message

    def set_progress(self, message_id: MessageId, text: str) -> None:
        assert message_id in self.messages
        self.progress.append(text)

    def set_busy(self, busy: bool) -> None:
        self.busy = busy

    def clear_composer(self) -> None:
        self.cleared += 1

    def set_model(self, label: str) -> None:
        pass

    def show_notice(self, error: ParleyError) -> None:
        self.notices.append(error)

    @property
    def last(self) -> Message:
        return list(self.messages.values())[-1]


class OwnedTasks:
    """Starts work and lets what it raises fail the test."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[Any]] = []

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any] | None:
        task = asyncio.create_task(work, name=name)
        self.tasks.append(task)
        return task

    async def finish(self) -> None:
        async with asyncio.timeout(90):
            await asyncio.gather(*self.tasks)


class Desk:
    """A presenter and all that it stands on."""

    def __init__(
        self, database: Database, vault: Vault, models: Path, server: LocalConnection
    ) -> None:
        self.view = RecordingView()
        self.work = OwnedTasks()
        self.conversations = ConversationRepository(database)
        config = CompletionsConfig(
            LLMProvider.OPENAI_COMPATIBLE, server.api_key, server.model, server.endpoint, 200
        )
        self.connections = Connections(database, LocalEngine(models), override=config)
        settings = SettingsService(database, vault, local=self.connections.local)
        self.active: set[ConversationId] = set()
        self.presenter = ChatPresenter(
            self.view,
            ChatService(self.conversations, self.connections),
            self.conversations,
            Drafts(self.conversations, settings),
            self.work,
            on_changed=lambda _: None,
            on_active=lambda id_, on: (self.active.add if on else self.active.discard)(id_),
        )


@pytest.fixture
async def desk(tmp_path: Path, llama_server: LocalConnection) -> AsyncIterator[Desk]:
    paths = Paths.resolve(tmp_path)
    paths.create()
    vault = Vault(paths, place=KeyPlace.PRIVATE_FILE)
    database = await Database.open(paths, vault=vault)
    desk = Desk(database, vault, paths.models, llama_server)
    yield desk
    await desk.connections.aclose()
    await database.close()


async def streams(desk: Desk) -> None:
    async with asyncio.timeout(30):
        while not any(
            text
            for id_, text in desk.view.streamed.items()
            if desk.view.messages[id_].role is Role.ASSISTANT
        ):
            await asyncio.sleep(0.01)


LONG = "Write a very long story about a lighthouse, at least two thousand words."


async def test_a_question_gets_its_answer_and_both_are_stored(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()

    question, answer = desk.view.messages.values()
    assert (question.role, question.text) == (Role.USER, "Say hello.")
    assert answer.status is MessageStatus.COMPLETE
    assert answer.text == desk.view.streamed[answer.id] != ""
    assert (desk.view.title, desk.view.busy, desk.view.cleared) == ("Say hello.", False, 1)
    assert desk.presenter.current is not None
    stored = await desk.conversations.branch(desk.presenter.current)
    assert [m.text for m in stored] == [question.text, answer.text]
    assert desk.active == set()
    assert desk.view.progress[-1] == ""


async def test_pressing_twice_sends_once(desk: Desk) -> None:
    await asyncio.gather(desk.presenter.send("Say hello."), desk.presenter.send("Say hello."))
    await desk.work.finish()

    assert len(desk.view.messages) == 2


async def test_stop_keeps_the_text_and_the_next_message_works(desk: Desk) -> None:
    await desk.presenter.send(LONG)
    await streams(desk)

    desk.presenter.stop()
    await desk.work.finish()

    stopped = desk.view.last
    assert stopped.status is MessageStatus.STOPPED
    assert stopped.text == desk.view.streamed[stopped.id] != ""
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    assert desk.view.last.status is MessageStatus.COMPLETE
    assert len(desk.view.messages) == 4


async def test_another_conversation_can_be_read_while_one_streams(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    first = desk.presenter.current
    assert first is not None
    await desk.presenter.new_chat()
    await desk.presenter.send(LONG)
    await streams(desk)
    second = desk.presenter.current
    assert second is not None

    await desk.presenter.open(first)
    await asyncio.sleep(0.2)

    assert "Say hello." in [m.text for m in desk.view.messages.values()]
    assert len(desk.view.messages) == 2
    assert not desk.view.busy
    await desk.presenter.open(second)
    assert desk.view.busy
    seen = desk.view.streamed[desk.view.last.id]
    assert seen != ""
    desk.presenter.stop()
    await desk.work.finish()
    assert desk.view.last.text.startswith(seen)


async def test_retry_answers_the_same_question_and_keeps_the_old_answer(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    old = desk.view.last

    await desk.presenter.retry(old.id)
    await desk.work.finish()

    assert len(desk.view.messages) == 2
    new = desk.view.last
    assert new.id != old.id
    assert new.parent_id == old.parent_id
    assert set(await desk.conversations.siblings(new.id)) == {old.id, new.id}


async def test_a_draft_comes_back_with_its_conversation(desk: Desk) -> None:
    await desk.presenter.send("Say hello.")
    await desk.work.finish()
    conversation = desk.presenter.current
    assert conversation is not None
    await desk.presenter.keep_draft("half a thought")

    await desk.presenter.new_chat()
    assert desk.view.draft == ""
    await desk.presenter.keep_draft("for a new chat")
    await desk.presenter.open(conversation)

    assert desk.view.draft == "half a thought"
    await desk.presenter.new_chat()
    assert desk.view.draft == "for a new chat"


async def test_blank_text_is_not_sent(desk: Desk) -> None:
    await desk.presenter.send("  \n ")

    assert desk.view.messages == {}
    assert not desk.view.busy
