"""Titles made from the first exchange by the model that answered it."""

import logging
from collections.abc import Awaitable, Callable

from desktop.core.chat_settings import settings_of
from desktop.core.connection import is_local_model
from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, TitledBy
from desktop.core.errors import ParleyError
from desktop.core.ids import ConversationId
from desktop.core.text import TITLE_LENGTH
from desktop.llm.base import LLMMessage, StreamStatus
from desktop.services.connections import Connections
from desktop.services.own_settings import adjusted
from desktop.storage.repositories.conversations import ConversationRepository
from desktop.storage.repositories.organising import OrganisingRepository

logger = logging.getLogger(__name__)

_ASK = (
    "Write a title of at most six words for the conversation below, in its language. "
    "Answer with the title alone, without quotes.\n\nUser: {question}\n\nAssistant: {answer}"
)
_READ = 1_500  # characters of question and answer that the model gets
_MAX_TOKENS = 600  # a title has ten, but a reasoning model thinks before
_MAX_WORDS = 12
_QUOTES = "\"'`*#“”„«»「」 \t"


class Titles:
    """Never in the way: a title that can't be made leaves the question's first words.

    `wanted` tells whether the user lets the model make titles.
    """

    def __init__(
        self,
        conversations: ConversationRepository,
        organising: OrganisingRepository,
        connections: Connections,
        wanted: Callable[[], Awaitable[bool]],
    ) -> None:
        self._conversations = conversations
        self._organising = organising
        self._connections = connections
        self._wanted = wanted

    async def make(self, conversation_id: ConversationId) -> str | None:
        """Title a conversation after its first exchange; None where it keeps what it has.

        Models on this computer are not asked: they would be busy when the next question
        comes.

        Raises:
            StorageError: the title could not be stored.
        """
        exchange = await self._first_exchange(conversation_id)
        if exchange is None or not await self._wanted():
            return None
        try:
            title = clean_title(await self._ask(conversation_id, *exchange))
        except ParleyError as error:
            logger.info("No title was made: %s", error.message)
            return None
        if title and await self._organising.set_model_title(conversation_id, title):
            return title
        return None

    async def _first_exchange(self, conversation_id: ConversationId) -> tuple[str, str] | None:
        conversation = await self._conversations.get(conversation_id)
        if conversation is None or conversation.titled_by is not TitledBy.WORDS:
            return None
        branch = await self._conversations.branch(conversation_id)
        if [message.role for message in branch] != [Role.USER, Role.ASSISTANT]:
            return None
        question, answer = branch
        if answer.status is not MessageStatus.COMPLETE or not answer.text.strip():
            return None
        return question.text, answer.text

    async def _ask(self, conversation_id: ConversationId, question: str, answer: str) -> str:
        config = await self._connections.config()
        conversation = await self._conversations.get(conversation_id)
        if config is None or conversation is None or is_local_model(config.endpoint):
            return ""
        own = settings_of(conversation)
        prompt = _ASK.format(question=question[:_READ], answer=answer[:_READ])
        async with self._connections.client(
            _ignore, adjust=lambda config: adjusted(config, own)
        ) as client:
            message = LLMMessage(Role.USER, prompt)
            response = await client.complete([message], max_tokens=_MAX_TOKENS)
        return response.content


def clean_title(said: str) -> str:
    """Return the title in what a model said; '' where it said no title."""
    line = next((line for line in said.splitlines() if line.strip(_QUOTES)), "")
    title = " ".join(line.removeprefix("Title:").split()).strip(_QUOTES).rstrip(".")
    fits = len(title) <= TITLE_LENGTH + 20 and len(title.split()) <= _MAX_WORDS
    return title if fits else ""


def _ignore(status: StreamStatus) -> None:
    pass
