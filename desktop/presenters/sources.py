"""What the conversation on screen draws on, and the passages that went with its questions."""

from collections.abc import Awaitable, Callable, Sequence

from desktop.core.ids import CollectionId, ConversationId, MessageId
from desktop.core.passages import Passage
from desktop.core.search import DocumentHit
from desktop.core.sources import Attachment, SentPassage
from desktop.presenters.sources_view import (
    PassagesView,
    PassageView,
    SourceChoice,
    SourcesView,
)
from desktop.services.library import Library
from desktop.services.sources import BUDGET, MOST, Sources

HISTORY = "My history"

_NAMED = 3


class SourcesPresenter:
    """Decides what the chat says of its sources.

    `current` names the conversation on screen, None for a new chat, whose choice is kept here
    until its first question is stored.
    """

    def __init__(
        self,
        view: SourcesView,
        sources: Sources,
        library: Library,
        *,
        current: Callable[[], ConversationId | None],
        destination: Callable[[], Awaitable[str]],
    ) -> None:
        self._view = view
        self._sources = sources
        self._library = library
        self._current = current
        self._destination = destination
        self._of_new_chat = Attachment()

    async def refresh(self) -> None:
        """Show what the conversation on screen draws on."""
        attachment = await self._attachment()
        names = [choice.name for choice in await self._choices(attachment) if choice.chosen]
        asked = await self._sources.asks()
        self._view.show_attached(names, what_leaves(names, await self._destination(), asked))

    async def offer(self) -> None:
        """Let the user choose among what there is."""
        choices = await self._choices(await self._attachment())
        reason = await self._sources.words_only()
        destination = await self._destination() or "the model"
        leaves = f"Up to {MOST} passages go with each question to {destination}."
        remark = f"{leaves}\nFound by words only. {reason}" if reason else leaves
        self._view.offer_sources(choices, remark)

    async def choose(self, collection_id: CollectionId | None, chosen: bool) -> None:
        """Draw on a collection, or on one's history for None, or no longer."""
        before = await self._attachment()
        if collection_id is None:
            after = Attachment(chosen, before.collections)
        else:
            others = before.collections - {collection_id}
            after = Attachment(before.history, others | {collection_id} if chosen else others)
        current = self._current()
        if current is None:
            self._of_new_chat = after
        else:
            await self._sources.attach(current, after)
        await self.refresh()

    async def adopt(self, conversation_id: ConversationId) -> None:
        """Give a conversation that was a new chat until now what was chosen for it."""
        chosen, self._of_new_chat = self._of_new_chat, Attachment()
        if chosen:
            await self._sources.attach(conversation_id, chosen)

    async def _attachment(self) -> Attachment:
        current = self._current()
        return self._of_new_chat if current is None else await self._sources.attached(current)

    async def _choices(self, attachment: Attachment) -> list[SourceChoice]:
        collections = await self._library.collections()
        return [
            SourceChoice(None, HISTORY, attachment.history),
            *(
                SourceChoice(each.id, each.name, each.id in attachment.collections)
                for each in collections
            ),
        ]


class PassagesPresenter:
    """Shows the passages that went with one question, each in its place."""

    def __init__(self, view: PassagesView, sources: Sources, library: Library) -> None:
        self._view = view
        self._sources = sources
        self._library = library
        self._sent: dict[int, SentPassage] = {}

    async def open(self, answer_id: MessageId, number: int) -> None:
        """Show what was sent for an answer, and the passage `number` first."""
        sent = await self._sources.sent(answer_id)
        self._sent = {passage.number: passage for passage in sent}
        if not sent:
            return
        number = number if number in self._sent else sent[0].number
        self._view.show_passages(sent, number)
        await self.show(number)

    async def open_found(self, hit: DocumentHit) -> None:
        """Show a passage of a document that a search found."""
        passage = SentPassage(
            number=1,
            title=hit.title,
            text=hit.text,
            place=hit.place,
            document_id=hit.document_id,
        )
        self._sent = {1: passage}
        self._view.show_found(passage)
        await self.show(1)

    async def show(self, number: int) -> None:
        """Show one of them in its place."""
        passage = self._sent.get(number)
        if passage is None:
            return
        around = await self._sources.around(passage)
        before, after = _sides(passage, around)
        document = None
        if passage.document_id is not None:
            document = await self._library.document(passage.document_id)
        is_there = bool(around)
        self._view.show_passage(
            PassageView(
                passage=passage,
                before=before,
                after=after,
                path=str(document.path) if document is not None else "",
                conversation_id=passage.conversation_id if is_there else None,
                message_id=passage.message_id if is_there else None,
            )
        )


def what_leaves(names: Sequence[str], destination: str, asked: str) -> str:
    """Say what is sent where; '' when nothing is attached.

    `asked` embeds the questions; '' where passages are found by their words.
    """
    if not names:
        return ""
    search = (
        f"To find them, {asked} gets the question." if asked else "They are found by words, here."
    )
    return (
        f"Up to {MOST} passages, about {BUDGET:,} tokens, of {_listed(names)} go with each question "
        f"to {destination or 'the model'}. {search}"
    )


def _listed(names: Sequence[str]) -> str:
    """Return names as in a sentence, of many the first ones."""
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join((", ".join(names[:-1]), names[-1])) if names[:-1] else names[0]


def _sides(passage: SentPassage, around: list[Passage]) -> tuple[str, str]:
    """Return the text before and after a passage; empty where it is not there any more."""
    texts = [each.text for each in around]
    if passage.text not in texts:
        return "", ""
    place = texts.index(passage.text)
    return "\n\n".join(texts[:place]), "\n\n".join(texts[place + 1 :])
