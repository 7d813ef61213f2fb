"""The answers that stream, on screen or not: followed to their end, shown where they belong."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from desktop.core.conversation import Message, MessageStatus
from desktop.core.errors import StorageError
from desktop.core.ids import ConversationId, MessageId
from desktop.core.text import seconds_in_words
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

Events = AsyncGenerator[ChatEvent]

_SLICE_SECONDS = 0.006
STORE_AGAIN_SECONDS = 5.0
"""How often an answer that the disk did not take is offered to it again."""


class Answers:
    """Follows answers; `is_shown` tells whether a conversation is on screen.

    `on_question` is called when a question is safely stored, `on_changed` when the list of
    conversations looks different, `on_active` when an answer starts or ends.
    """

    def __init__(
        self,
        view: ChatView,
        chat: ChatService,
        work: Work,
        *,
        is_shown: Callable[[ConversationId], bool],
        on_question: Callable[[Message], None],
        on_changed: Callable[[ConversationId], None],
        on_active: Callable[[ConversationId, bool], None],
    ) -> None:
        self._view = view
        self._chat = chat
        self._work = work
        self._is_shown = is_shown
        self._on_question = on_question
        self._on_changed = on_changed
        self._on_active = on_active
        self._running: dict[ConversationId, RunningAnswer] = {}
        self._unstored: dict[MessageId, Message] = {}

    def is_running(self, conversation_id: ConversationId) -> bool:
        """Tell whether an answer streams in that conversation."""
        return conversation_id in self._running

    def newest(self, message: Message) -> Message:
        """Return a stored message with what arrived or ended since it was stored."""
        running = self._running.get(message.conversation_id)
        if running is not None:
            message = running.live(message)
        return self._unstored.get(message.id, message)

    def stop(self, conversation_id: ConversationId) -> None:
        """End the answer in that conversation; its text is kept."""
        running = self._running.get(conversation_id)
        if running is not None:
            running.stop()

    async def stop_all(self) -> None:
        """End all answers and wait until their texts are stored."""
        tasks = [running.task for running in self._running.values() if running.task is not None]
        for running in tuple(self._running.values()):
            running.stop()
        if tasks:
            await asyncio.wait(tasks)

    def run(self, conversation_id: ConversationId, turn: Turn, events: Events) -> None:
        """Follow `events` in a task of its own."""
        running = RunningAnswer(turn)
        turn.on_status = lambda status: self._show_status(conversation_id, running, status)
        self._running[conversation_id] = running
        if self._is_shown(conversation_id):
            self._view.set_busy(True)
        work = self._follow(conversation_id, running, events)
        running.task = self._work.start(work, name="answer")
        if running.task is None:
            self._end(conversation_id, running)

    async def _follow(
        self, conversation_id: ConversationId, running: RunningAnswer, events: Events
    ) -> None:
        running.has_begun = True
        try:
            async with aclosing(events) as stream:
                if running.is_stopping:
                    return  # nothing was sent; the text is still in the composer
                since = time.monotonic()
                async for event in stream:
                    self._show(conversation_id, running, event)
                    if time.monotonic() - since > _SLICE_SECONDS:
                        # What is buffered comes without a pause; the window needs one.
                        await asyncio.sleep(0)
                        since = time.monotonic()
        except StorageError as error:
            self._view.show_notice(error)
            self._keep_for_later(running.turn.ended)
        except asyncio.CancelledError:
            if not running.turn.stopped:
                raise  # the window closes
        finally:
            self._end(conversation_id, running)

    def _show(
        self, conversation_id: ConversationId, running: RunningAnswer, event: ChatEvent
    ) -> None:
        here = self._is_shown(conversation_id)
        match event:
            case QuestionStored(message):
                self._on_question(message)
            case AnswerStarted(message):
                running.begin(message)
                self._on_active(conversation_id, True)
                if here and not message.parts:  # one that is continued is on screen already
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
                pass  # shown once the stream is closed, however it ended

    def _end(self, conversation_id: ConversationId, running: RunningAnswer) -> None:
        self._running.pop(conversation_id, None)
        self._on_active(conversation_id, False)
        self._on_changed(conversation_id)
        if not self._is_shown(conversation_id):
            return
        self._view.set_busy(False)
        ended = running.turn.ended
        if ended is None:
            return
        if running.answer is None:  # it ended before it could be shown to have begun
            self._view.add_message(ended)
        self._view.finish_message(ended)

    def _keep_for_later(self, ended: Message | None) -> None:
        if ended is not None and ended.status is not MessageStatus.STREAMING:
            self._unstored[ended.id] = ended
            self._work.start(self._store_later(ended), name="store an answer")

    async def _store_later(self, message: Message) -> None:
        while message.id in self._unstored:
            await asyncio.sleep(STORE_AGAIN_SECONDS)
            try:
                await self._chat.store(message)
            except StorageError:
                continue  # the user was told; the text stays on screen meanwhile
            del self._unstored[message.id]

    def _show_status(
        self, conversation_id: ConversationId, running: RunningAnswer, status: StreamStatus
    ) -> None:
        if self._is_shown(conversation_id) and running.answer is not None:
            running.says_progress = True
            self._view.set_progress(running.answer.id, _in_words(status))

    def _end_progress(self, conversation_id: ConversationId, running: RunningAnswer) -> None:
        said, running.says_progress = running.says_progress, False
        if said and running.answer is not None and self._is_shown(conversation_id):
            self._view.set_progress(running.answer.id, "")


def _in_words(status: StreamStatus) -> str:
    if status.detail:
        return status.detail
    if status.state == "waiting":
        return "Waiting for the first words"
    reason = f"{status.error.message} " if status.error else ""
    return f"{reason}Retrying in {seconds_in_words(status.seconds)}"
