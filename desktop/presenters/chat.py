"""The conversation on screen: open, send, stop, retry; answers may stream in others too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from desktop.core.attachment import Attachment
from desktop.core.chat_settings import ChatSettings, with_settings
from desktop.core.content import ContentPart, Role
from desktop.core.conversation import Conversation, Message, MessageStatus
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId, MessageId, new_conversation_id
from desktop.core.text import title_from
from desktop.presenters.answers import Answers
from desktop.presenters.chat_view import ChatView
from desktop.presenters.work import Work
from desktop.services.chat import ChatService, Turn
from desktop.services.drafts import Drafts
from desktop.storage.repositories.branches import BranchRepository
from desktop.storage.repositories.conversations import ConversationRepository

PAGE = 40
"""Messages that are loaded at once when a conversation is opened."""


class MessageFiles(Protocol):
    """The files in the composer, for each conversation's next message."""

    def restore(self, conversation_id: ConversationId | None, files: Sequence[Attachment]) -> None:
        """Take up what was kept with the draft of a conversation."""
        ...

    def show(self, conversation_id: ConversationId | None) -> None:
        """Show those of another conversation."""
        ...

    def parts(self, conversation_id: ConversationId | None) -> tuple[ContentPart, ...]:
        """Return what goes with the next message."""
        ...

    def name(self, conversation_id: ConversationId | None) -> str:
        """Name the first of them."""
        ...

    def sent(self, conversation_id: ConversationId | None, parts: Sequence[ContentPart]) -> None:
        """Let go of what is safely stored."""
        ...


Begin = Callable[[ConversationId | None, Turn], Awaitable[ConversationId | None]]
"""Starts an answer in a conversation; returns where it runs, None where nothing began."""


class ChatPresenter:
    """Decides what the chat view shows.

    `on_shown` is called when another conversation is on screen, None for a new chat;
    `start_from` says what a new one sets for itself.

    Whatever changes the conversation on screen, or begins an answer, waits for its turn: a
    message goes where it was written, even when another conversation is opened meanwhile. `adopt`
    is awaited with a new chat's id before its first question is stored.
    """

    def __init__(
        self,
        view: ChatView,
        chat: ChatService,
        conversations: ConversationRepository,
        branches: BranchRepository,
        drafts: Drafts,
        work: Work,
        *,
        files: MessageFiles,
        on_changed: Callable[[ConversationId], None],
        on_active: Callable[[ConversationId, bool], None],
        on_shown: Callable[[Conversation | None], None],
        start_from: Callable[[], ChatSettings],
        adopt: Callable[[ConversationId], Awaitable[None]],
    ) -> None:
        self._view = view
        self._chat = chat
        self._conversations = conversations
        self._branches = branches
        self._drafts = drafts
        self._files = files
        self._work = work
        self._on_changed = on_changed
        self._on_shown = on_shown
        self._start_from = start_from
        self._adopt = adopt
        self._current: ConversationId | None = None
        self._turns = asyncio.Lock()
        self._latest_open = 0
        self._starting: dict[ConversationId | None, Turn] = {}
        self._begun: set[ConversationId] = set()  # whose first question is about to be stored
        self._answers = Answers(
            view,
            chat,
            work,
            is_shown=lambda id_: self._current == id_,
            on_question=self._question_stored,
            on_changed=on_changed,
            on_active=on_active,
        )

    @property
    def current(self) -> ConversationId | None:
        """The conversation on screen; None for a new chat."""
        return self._current

    @property
    def is_busy(self) -> bool:
        """Whether an answer is under way in the conversation on screen."""
        return self._is_busy(self._current)

    async def new_chat(self) -> None:
        """Show an empty conversation; it is stored with its first message.

        Where one is on screen already, what is being written in it stays as it is.
        """
        self._latest_open += 1
        async with self._turns:
            if self._current is None and None not in self._starting:
                self._on_shown(None)
            else:
                await self._begin_new_chat()

    async def open(self, conversation_id: ConversationId) -> None:
        """Show a stored conversation; one that is gone shows a new chat."""
        self._latest_open = ticket = self._latest_open + 1
        async with self._turns:
            if ticket != self._latest_open:
                return  # another one was chosen meanwhile
            await self._flush_draft()
            conversation = await self._conversations.get(conversation_id)
            if conversation is None:
                self._show_new_chat("")
                return
            shown = await self._end_of(conversation_id)
            self._current = conversation_id
            self._on_shown(conversation)
            self._view.show_conversation(conversation.title, shown, conversation.draft)
            self._files.restore(conversation_id, conversation.draft_files)
            self._files.show(conversation_id)
            self._view.set_busy(self._is_busy(conversation_id))
            self._tell_what_is_above(conversation_id, shown)

    def point_at(self, conversation_id: ConversationId, message_id: MessageId, words: str) -> None:
        """Bring a message into view, if its conversation is still on screen."""
        if self._current == conversation_id:
            self._view.show_message(message_id, words)

    async def reload(self) -> None:
        """Show the branch of the conversation on screen as it is stored now."""
        async with self._turns:
            if self._current is not None:
                shown = await self._end_of(self._current)
                self._view.show_messages(shown)
                self._tell_what_is_above(self._current, shown)

    async def load(self, ids: Sequence[MessageId]) -> None:
        """Bring messages of the conversation on screen that the reader comes near."""
        target = self._current
        if target is None:
            return
        messages = await self._conversations.messages(target, ids)
        if self._current == target:
            self._view.fill_in([self._answers.newest(each) for each in messages])

    async def send(self, text: str) -> None:
        """Store and send what the user wrote; while an answer runs here, nothing happens."""

        async def begin(target: ConversationId | None, turn: Turn) -> ConversationId:
            parts = self._files.parts(target)
            conversation = await self._conversation_for(target, text or self._files.name(target))
            events = self._chat.send(conversation, text, turn, parts)
            self._answers.run(conversation.id, turn, events)
            return conversation.id

        if text.strip() or self._files.parts(self._current):
            await self._take_turn(begin)

    async def begin_edit(self, message_id: MessageId) -> None:
        """Let the user write a question anew."""
        question = await self._branches.get(message_id)
        if question is not None and not self.is_busy:
            self._view.edit_question(message_id, question.text)

    async def edit(self, message_id: MessageId, text: str) -> None:
        """Ask `text` in the place of a question; the old one stays beside it."""

        async def begin(target: ConversationId | None, turn: Turn) -> ConversationId | None:
            conversation, branch = await self._branch_to(target, message_id)
            if conversation is None or not branch:
                return None
            self._show_branch(conversation.id, branch[:-1])
            events = self._chat.edit(conversation, branch[-1], text, turn)
            self._answers.run(conversation.id, turn, events)
            return conversation.id

        if text.strip():
            await self._take_turn(begin)

    async def retry(self, message_id: MessageId) -> None:
        """Answer a question once more: `message_id` itself, or the one before it."""

        async def begin(target: ConversationId | None, turn: Turn) -> ConversationId | None:
            conversation, branch = await self._branch_to(target, message_id)
            if branch and branch[-1].role is not Role.USER:
                branch.pop()
            if conversation is None or not branch:
                return None
            self._show_branch(conversation.id, branch)
            events = self._chat.regenerate(conversation, branch[-1].id, turn)
            self._answers.run(conversation.id, turn, events)
            return conversation.id

        await self._take_turn(begin)

    async def resume(self, message_id: MessageId) -> None:
        """Let the model go on with the answer that ends the branch."""

        async def begin(target: ConversationId | None, turn: Turn) -> ConversationId | None:
            conversation, branch = await self._branch_to(target, message_id)
            if conversation is None or not branch or conversation.leaf_id != message_id:
                return None
            answer = branch[-1]
            self._show_branch(
                conversation.id, [*branch[:-1], replace(answer, status=MessageStatus.STREAMING)]
            )
            self._answers.run(conversation.id, turn, self._chat.resume(conversation, answer, turn))
            return conversation.id

        await self._take_turn(begin)

    def renamed(self, conversation_id: ConversationId, title: str) -> None:
        """Show the new title where it is this conversation's."""
        if self._current == conversation_id and title.strip():
            self._view.set_title(title.strip())

    def stop(self) -> None:
        """End the answer on screen; its text is kept."""
        if self._current in self._starting:
            self._starting[self._current].stopped = True  # it ends as soon as it has begun
        elif self._current is not None:
            self._answers.stop(self._current)

    def stop_in(self, conversation_id: ConversationId) -> None:
        """End the answer in a conversation that goes away."""
        self._answers.stop(conversation_id)

    async def stop_all(self) -> None:
        """End all answers, in whichever conversation, and wait until they are stored."""
        for turn in self._starting.values():
            turn.stopped = True
        async with self._turns:
            await self._answers.stop_all()
            await self._flush_draft()

    async def reopen(self) -> None:
        """Show the conversation on screen as it is stored now; a new chat when it is gone."""
        if self._current is not None:
            await self.open(self._current)
            return
        async with self._turns:
            await self._begin_new_chat()

    async def draft_changed(self, text: str) -> None:
        """Keep what is in the composer with its conversation, a moment after the last key."""
        await self._drafts.changed(self._current, text)

    async def keep_draft(self, text: str) -> None:
        """Keep what is in the composer now: the window closes."""
        await self._drafts.keep(self._current, text)

    async def _begin_new_chat(self) -> None:
        await self._flush_draft()
        self._show_new_chat(await self._drafts.of_new_chat())

    def _show_new_chat(self, draft: str) -> None:
        self._current = None
        self._on_shown(None)
        self._view.show_conversation("", (), draft)
        self._files.show(None)
        self._view.set_busy(self._is_busy(None))

    def _is_busy(self, conversation_id: ConversationId | None) -> bool:
        if conversation_id in self._starting:
            return True
        return conversation_id is not None and self._answers.is_running(conversation_id)

    async def _flush_draft(self) -> None:
        try:
            await self._drafts.flush()
        except ParleyError as error:
            self._view.show_notice(error)

    async def _end_of(self, conversation_id: ConversationId) -> list[Message]:
        messages = await self._conversations.branch_end(conversation_id, PAGE)
        return [self._answers.newest(message) for message in messages]

    def _tell_what_is_above(
        self, conversation_id: ConversationId, shown: Sequence[Message]
    ) -> None:
        if shown and shown[0].parent_id is not None:
            work = self._show_earlier(conversation_id, shown[0].id)
            self._work.start(work, name="find earlier messages")

    async def _show_earlier(self, conversation_id: ConversationId, before: MessageId) -> None:
        ids = await self._conversations.ids_above(conversation_id, before)
        if self._current == conversation_id:
            self._view.show_earlier(before, ids)

    async def _conversation_for(self, target: ConversationId | None, text: str) -> Conversation:
        if target is not None:
            stored = await self._conversations.get(target)
            if stored is not None:
                return stored
        now = datetime.now(UTC)
        conversation = Conversation(
            id=new_conversation_id(), title=title_from(text), created_at=now, updated_at=now
        )
        if self._current == target:
            conversation = with_settings(conversation, self._start_from())
        await self._conversations.create(conversation)
        await self._adopt(conversation.id)
        self._begun.add(conversation.id)
        if self._current == target:
            self._current = conversation.id
            self._on_shown(conversation)
            self._view.set_title(conversation.title)
        return conversation

    async def _take_turn(self, begin: Begin) -> None:
        """Begin an answer in the conversation on screen, unless one is under way there."""
        target = self._current
        if self._is_busy(target):
            return
        turn = self._starting[target] = Turn()
        self._view.set_busy(True)
        try:
            async with self._turns:
                begun = await begin(target, turn)
                if begun is None and self._current == target:
                    self._view.set_busy(False)
                if begun is not None and turn.stopped:
                    self._answers.stop(begun)
        except ParleyError as error:
            self._give_up(target, error)
        finally:
            del self._starting[target]

    async def _branch_to(
        self, target: ConversationId | None, message_id: MessageId
    ) -> tuple[Conversation | None, list[Message]]:
        if target is None:
            return None, []
        conversation = await self._conversations.get(target)
        return conversation, await self._conversations.branch(target, message_id)

    def _show_branch(self, conversation_id: ConversationId, messages: list[Message]) -> None:
        if self._current == conversation_id:
            self._view.show_messages(messages)

    def _give_up(self, target: ConversationId | None, error: ParleyError) -> None:
        self._view.show_notice(error)
        if self._current == target:
            self._view.set_busy(False)

    def _question_stored(self, message: Message) -> None:
        self._on_changed(message.conversation_id)
        begun_here = message.conversation_id in self._begun
        self._begun.discard(message.conversation_id)
        written_in = None if begun_here else message.conversation_id
        self._work.start(self._drafts.sent(written_in, message.text), name="end the draft")
        self._files.sent(written_in, message.parts)
        if self._current == message.conversation_id:
            self._view.add_message(message)
            self._view.clear_composer(message.text)
            self._files.show(self._current)
