"""The conversation on screen: open, send, stop, retry; answers may stream in others too."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime

from desktop.core.conversation import Conversation, Message
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, MessageId, new_conversation_id
from desktop.core.text import seconds_in_words, title_from
from desktop.llm.base import StreamStatus
from desktop.presenters.chat_view import ChatView
from desktop.presenters.running import RunningAnswer
from desktop.presenters.work import Work
from desktop.services.chat import (
    AnswerEnded,
    AnswerStarted,
    ChatEvent,
    ChatService,
    QuestionStored,
    ReasoningArrived,
    TextArrived,
    Turn,
)
from desktop.services.drafts import Drafts
from desktop.storage.repositories.conversations import ConversationRepository

Events = AsyncGenerator[ChatEvent]

_SLICE_SECONDS = 0.006


class ChatPresenter:
    """Decides what the chat view shows.

    `on_changed` is called when the list of conversations looks different; `on_active`
    when an answer starts or ends in a conversation.
    """

    def __init__(
        self,
        view: ChatView,
        chat: ChatService,
        conversations: ConversationRepository,
        drafts: Drafts,
        work: Work,
        *,
        on_changed: Callable[[ConversationId], None],
        on_active: Callable[[ConversationId, bool], None],
    ) -> None:
        self._view = view
        self._chat = chat
        self._conversations = conversations
        self._drafts = drafts
        self._work = work
        self._on_changed = on_changed
        self._on_active = on_active
        self._current: ConversationId | None = None
        self._running: dict[ConversationId, RunningAnswer] = {}
        self._starting = False

    @property
    def current(self) -> ConversationId | None:
        """The conversation on screen; None for a new chat."""
        return self._current

    async def new_chat(self) -> None:
        """Show an empty conversation; it is stored with its first message."""
        await self._drafts.flush()
        draft = await self._drafts.of_new_chat()
        self._current = None
        self._view.show_conversation("", (), draft)
        self._view.set_busy(False)

    async def open(self, conversation_id: ConversationId) -> None:
        """Show a stored conversation; one that is gone shows a new chat."""
        await self._drafts.flush()
        conversation = await self._conversations.get(conversation_id)
        if conversation is None:
            await self.new_chat()
            return
        self._current = conversation_id
        messages = await self._conversations.branch(conversation_id)
        if self._current != conversation_id:
            return  # another one was opened meanwhile
        running = self._running.get(conversation_id)
        shown = [running.live(message) if running else message for message in messages]
        self._view.show_conversation(conversation.title, shown, conversation.draft)
        self._view.set_busy(running is not None)

    async def send(self, text: str) -> None:
        """Store and send what the user wrote; while an answer runs here, nothing happens."""
        if not text.strip() or self._is_busy():
            return
        self._starting = True
        self._view.set_busy(True)
        try:
            conversation = await self._conversation_for(text)
        except ParleyError as error:
            self._view.set_busy(False)
            self._view.show_notice(error)
            return
        finally:
            self._starting = False
        turn = Turn()
        self._run(conversation, turn, self._chat.send(conversation, text, turn))

    async def retry(self, message_id: MessageId) -> None:
        """Answer the question before `message_id` once more."""
        if self._current is None or self._is_busy():
            return
        conversation = await self._conversations.get(self._current)
        branch = await self._conversations.branch(self._current)
        position = next((i for i, m in enumerate(branch) if m.id == message_id), None)
        if conversation is None or position is None or branch[position].parent_id is None:
            return
        self._view.show_conversation(conversation.title, branch[:position], conversation.draft)
        turn = Turn()
        events = self._chat.regenerate(conversation, branch[position], turn)
        self._run(conversation, turn, events)

    def renamed(self, conversation_id: ConversationId, title: str) -> None:
        """Show the new title where it is this conversation's."""
        if self._current == conversation_id and title.strip():
            self._view.set_title(title.strip())

    def stop(self) -> None:
        """End the answer on screen; its text is kept."""
        running = self._running.get(self._current) if self._current else None
        if running is not None:
            running.stop()

    def stop_in(self, conversation_id: ConversationId) -> None:
        """End the answer in a conversation that goes away."""
        running = self._running.get(conversation_id)
        if running is not None:
            running.stop()

    async def draft_changed(self, text: str) -> None:
        """Keep what is in the composer with its conversation, a moment after the last key."""
        await self._drafts.changed(self._current, text)

    async def keep_draft(self, text: str) -> None:
        """Keep what is in the composer now: the window closes."""
        await self._drafts.keep(self._current, text)

    def _is_busy(self) -> bool:
        return self._starting or (self._current is not None and self._current in self._running)

    async def _conversation_for(self, text: str) -> Conversation:
        if self._current is not None:
            stored = await self._conversations.get(self._current)
            if stored is not None:
                return stored
        now = datetime.now(UTC)
        conversation = Conversation(
            id=new_conversation_id(), title=title_from(text), created_at=now, updated_at=now
        )
        before = self._current
        await self._conversations.create(conversation)
        if self._current == before:
            self._current = conversation.id
            self._view.set_title(conversation.title)
        return conversation

    def _run(self, conversation: Conversation, turn: Turn, events: Events) -> None:
        running = RunningAnswer(turn)
        turn.on_status = lambda status: self._show_status(conversation.id, running, status)
        self._running[conversation.id] = running
        self._view.set_busy(True)
        task = self._work.start(self._follow(conversation.id, running, events), name="answer")
        running.task = task
        if task is None:
            self._end(conversation.id)

    async def _follow(
        self, conversation_id: ConversationId, running: RunningAnswer, events: Events
    ) -> None:
        try:
            async with aclosing(events) as stream:
                since = time.monotonic()
                async for event in stream:
                    self._show(conversation_id, running, event)
                    if time.monotonic() - since > _SLICE_SECONDS:
                        # What is buffered comes without a pause; the window needs one.
                        await asyncio.sleep(0)
                        since = time.monotonic()
        except ParleyError as error:
            if self._current == conversation_id:
                self._view.show_notice(error)
        except asyncio.CancelledError:
            if not running.turn.stopped:
                raise  # the window closes
        finally:
            self._end(conversation_id)
            if running.turn.ended is not None and self._current == conversation_id:
                self._view.finish_message(running.turn.ended)

    def _show(
        self, conversation_id: ConversationId, running: RunningAnswer, event: ChatEvent
    ) -> None:
        here = self._current == conversation_id
        match event:
            case QuestionStored(message):
                self._question_stored(message)
            case AnswerStarted(message):
                running.answer = message
                self._on_active(conversation_id, True)
                if here:
                    self._view.add_message(message)
            case TextArrived(message_id, text):
                self._end_progress(conversation_id, running)
                running.text.append(text)
                if here:
                    self._view.append_text(message_id, text)
            case ReasoningArrived(message_id, text):
                self._end_progress(conversation_id, running)
                running.reasoning.append(text)
                if here:
                    self._view.append_reasoning(message_id, text)
            case AnswerEnded():
                self._on_changed(conversation_id)

    def _question_stored(self, message: Message) -> None:
        self._on_changed(message.conversation_id)
        if message.parent_id is None:
            self._work.start(self._drafts.keep(None, ""), name="end the draft")
        if self._current == message.conversation_id:
            self._view.add_message(message)
            self._view.clear_composer()

    def _show_status(
        self, conversation_id: ConversationId, running: RunningAnswer, status: StreamStatus
    ) -> None:
        if self._current == conversation_id and running.answer is not None:
            self._view.set_progress(running.answer.id, _in_words(status))

    def _end_progress(self, conversation_id: ConversationId, running: RunningAnswer) -> None:
        arrived = running.text or running.reasoning
        if not arrived and running.answer is not None and self._current == conversation_id:
            self._view.set_progress(running.answer.id, "")

    def _end(self, conversation_id: ConversationId) -> None:
        self._running.pop(conversation_id, None)
        self._on_active(conversation_id, False)
        if self._current == conversation_id:
            self._view.set_busy(False)


def _in_words(status: StreamStatus) -> str:
    if status.detail:
        return status.detail
    if status.state == "waiting":
        return "Waiting for the first words"
    reason = f"{status.error.message} " if status.error else ""
    return f"{reason}Retrying in {seconds_in_words(status.seconds)}"
