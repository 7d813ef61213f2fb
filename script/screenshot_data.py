"""The made-up conversations, documents and settings that the screenshots show."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from screenshot_files import plot

from desktop.backend import Backend
from desktop.core.chat_settings import ChatSettings, Preset
from desktop.core.content import ContentPart, DocumentPart, ImagePart, Role, TextPart, Usage
from desktop.core.conversation import Conversation, Message, MessageStatus, TitledBy, text_parts
from desktop.core.ids import (
    CollectionId,
    ConversationId,
    FolderId,
    MessageId,
    new_conversation_id,
    new_folder_id,
    new_message_id,
    new_preset_id,
)
from desktop.core.sources import Attachment, SentPassage
from desktop.services.meaning.cutting import Cutting
from desktop.storage.repositories.library import LibraryRepository
from desktop.storage.repositories.passages import PassageRepository
from desktop.storage.repositories.sources import SourceRepository

MODEL = "claude-sonnet-5.5"

QUESTION = "Why does my binary search sometimes loop forever? It happens when the list has exactly **two** elements."
ANSWER = '''The loop never ends because `mid` can equal `lo`, and `lo = mid` then changes nothing. With two elements `(lo + hi) // 2` always rounds *down* to `lo`. Use a half-open interval and always move past `mid`:

```python
def bisect_left(a: list[int], x: int) -> int:
    """Return the leftmost index where x could be inserted."""
    lo, hi = 0, len(a)
    while lo < hi:
        mid = (lo + hi) // 2          # never equals hi
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid
    return lo
```

Two invariants make it correct:

1. Everything left of `lo` is **smaller** than `x`.
2. Everything from `hi` on is **greater or equal**.

| Interval | Update | Terminates | Steps |
|---|---|---|---:|
| `[lo, hi)` half-open | `lo = mid + 1` | always | ⌈log₂ n⌉ |
| `[lo, hi]` closed | `lo = mid` | not for n = 2 | ∞ |
'''

ATTENTION = "Explain attention to me as if I were five."
EXPLANATIONS = (
    "Attention is a weighted average of value vectors, with weights from a softmax.",
    (
        "Imagine you read a story and meet the word **it**. To know what *it* means you look back at "
        "the words before, and you look longest at the one that helps most.\n\n"
        "Attention does the same for every word at once:\n\n"
        "- each word **asks** a question,\n- every other word **offers** an answer,\n"
        "- the better the two fit, the more the word listens."
    ),
    "It is like raising your hand: every word asks who has something to say to it.",
)

ROOM = "Here is the plot of the decay that I measured, and my notes. Which law is it, and what is the half-life?"
DECAY = r"""The points fall on a straight line on your logarithmic axis, so it is an exponential decay:

$$N(t) = N_0\,e^{-\lambda t}, \qquad t_{1/2} = \frac{\ln 2}{\lambda}$$

Your line drops by a factor of $e$ in about $4.3$ hours, so $\lambda \approx 0.23\ \mathrm{h}^{-1}$ and $t_{1/2} \approx 3.0\ \mathrm{h}$. The error of the slope carries over directly:

$$\frac{\sigma_{t_{1/2}}}{t_{1/2}} = \frac{\sigma_\lambda}{\lambda} \approx \sqrt{\frac{1}{n-2}\sum_{i=1}^{n} r_i^2}$$

The last two points lie above the line; that looks like background which was not subtracted."""
NOTES = "# Decay\n\nCounts every 30 minutes, detector 2, no background measured.\n"

CITED_QUESTION = "How often do the raised beds need water in July, and who has the key to the tap?"
CITED = (
    "In July each raised bed needs **about 20 litres every second day**, in the early morning; "
    "the sandy ones by the fence every day [1]. Mulch halves that [2].\n\n"
    "The key to the tap hangs in the shed behind the tool board. Lena has the spare one [3]."
)
DOCUMENTS = {
    "Watering plan.md": (
        "# Watering plan\n\nApril and May: once a week, unless it rained.\n\n## June to August\n\n"
        "A raised bed of two square metres takes about 20 litres every second day. The sandy beds "
        "by the fence dry out faster and want water every day. Water before eight in the morning: "
        "at noon half of it evaporates.\n\n## September\n\nTwice a week. Empty the hoses before "
        "the first frost.\n"
    ),
    "Soil and mulch.md": (
        "# Soil and mulch\n\nThe beds were filled in 2024 with two parts compost and one part "
        "sand.\n\n## Mulch\n\nFive centimetres of straw or cut grass keep the soil moist. "
        "In our trial a mulched bed took half the water of a bare one. Keep it away from stems, "
        "or snails will live in it.\n"
    ),
    "Keys and tools.md": (
        "# Keys and tools\n\n## Keys\n\nThe key to the tap hangs in the shed, on the hook behind "
        "the tool board. Lena keeps the spare one. Put it back: without it nobody can water.\n\n"
        "## Tools\n\nClean spades before hanging them up. What is broken goes on the list by the "
        "door.\n"
    ),
    "Members.csv": "name,plot,since\nLena,4,2021\nJonas,7,2022\nMaryam,2,2019\n",
    "Statutes.pdf": "%PDF-1.7\nThis file was cut off while it was copied.\n",
}
CITATIONS = (
    ("Watering plan.md", "20 litres"),
    ("Soil and mulch.md", "half the water"),
    ("Keys and tools.md", "Lena"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A conversation of one exchange, or of none."""

    title: str
    days: int = 0
    question: str = ""
    answers: Sequence[str] = ()
    shown: int = -1
    parts: tuple[ContentPart, ...] = ()
    folder: str = ""
    tags: Sequence[str] = ()
    pinned: bool = False
    trashed: bool = False


@dataclass(slots=True)
class Seeded:
    """The ids of what was stored, by titles and names."""

    conversations: dict[str, ConversationId] = field(default_factory=dict[str, ConversationId])
    answers: dict[str, MessageId] = field(default_factory=dict[str, MessageId])
    folders: dict[str, FolderId] = field(default_factory=dict[str, FolderId])


def chats() -> list[Chat]:
    """Return the conversations, the newest first."""
    files = (
        ImagePart(plot(), "image/png"),
        DocumentPart(NOTES.encode(), "text/markdown", "Lab notes.md"),
    )
    return [
        Chat(title="Binary search edge cases", question=QUESTION, answers=[ANSWER], tags=["code"]),
        Chat(title="Watering the raised beds", question=CITED_QUESTION, answers=[CITED]),
        Chat(title="Half-life from my plot", question=ROOM, answers=[DECAY], parts=files),
        Chat(
            title="Explain attention like I am five",
            days=1,
            question=ATTENTION,
            answers=EXPLANATIONS,
            shown=1,
            tags=["learning"],
        ),
        Chat(
            title="Regex for ISO 8601 dates",
            days=1,
            question="A regular expression for ISO 8601 dates, please, with the time optional.",
            answers=[("Check the form with a pattern and the date itself by parsing it: a regular "
                     "expression can't search the calendar for leap years.")],
            tags=["code"],
        ),
        Chat(title="Trip to Kyoto: 5 day itinerary", days=1, folder="Travel"),
        Chat(
            title="Dockerfile for a PySide6 build",
            days=4,
            question="My image is 2 GB. How do I search for what takes the room?",
            answers=[("Look at the layers first: `docker history` lists each with its size. Then "
                     "search the largest one for build tools and caches.")],
            folder="Work",
            tags=["code"],
        ),
        Chat(title="Compare SSE and WebSocket", days=5, folder="Work"),
        Chat(
            title="Indexes of the orders table",
            days=6,
            question="The orders page takes four seconds. Which index is missing?",
            answers=[("The query sorts by date within a customer, so a binary tree over "
                     "`(customer_id, created_at)` lets the database search and sort in one go.")],
            folder="Work",
        ),
        Chat(title="Night train to Vienna", days=6, folder="Travel"),
        Chat(title="Release checklist 1.0", days=9, pinned=True, folder="Work"),
        Chat(title="Cover letter, first draft", days=3, trashed=True),
        Chat(title="Untitled experiment", days=12, trashed=True),
    ]  # fmt: skip


async def seed(backend: Backend) -> Seeded:
    """Store all conversations with their folders, tags and branches."""
    seeded = Seeded()
    for chat in reversed(chats()):
        await _store(backend, chat, seeded)
    for name, settings in (
        ("Code review", ChatSettings(system_prompt="Review what I paste. Bugs first, then style.")),
        ("Plain words", ChatSettings(system_prompt="Explain without jargon.", temperature=0.4)),
    ):
        preset = Preset(id=new_preset_id(), name=name, settings=settings)
        await backend.chat_settings.save_preset(preset)
    await backend.chat_settings.save(
        seeded.conversations["Binary search edge cases"],
        ChatSettings(
            system_prompt="You are a careful reviewer of Python. Answer with the cause first, "
            "then the smallest change that mends it.",
            temperature=0.2,
            max_tokens=2048,
        ),
    )
    return seeded


async def add_documents(backend: Backend, folder: Path, seeded: Seeded) -> CollectionId:
    """Put documents on the disk and into a collection, read them, and let an answer cite them."""
    await asyncio.to_thread(_write_documents, folder)
    collection = await backend.library.create("Garden club")
    await backend.library.create("Lab")
    await backend.library.add(collection, [folder])
    passages = PassageRepository(backend.database)
    cutting = Cutting(passages, LibraryRepository(backend.database))
    while await cutting.read_document() or await cutting.cut_messages():
        pass
    documents = {each.path.name: each.id for each in await backend.library.documents(collection)}
    sent: list[SentPassage] = []
    for number, (name, words) in enumerate(CITATIONS, 1):
        outline = await passages.outline(documents[name])
        found = next(each for each in outline if words in each.text)
        sent.append(
            SentPassage(
                number=number,
                title=found.title,
                place=found.place or found.heading,
                text=found.text,
                document_id=documents[name],
            )
        )
    sources = SourceRepository(backend.database)
    await sources.store(seeded.answers["Watering the raised beds"], sent)
    await sources.attach(
        seeded.conversations["Watering the raised beds"],
        Attachment(history=False, collections=frozenset({collection})),
    )
    return collection


def _write_documents(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, "utf-8")


async def _store(backend: Backend, chat: Chat, seeded: Seeded) -> None:
    when = datetime.now(UTC) - timedelta(days=chat.days, minutes=3)
    conversation = Conversation(
        id=new_conversation_id(),
        title=chat.title,
        titled_by=TitledBy.USER,
        created_at=when,
        updated_at=when,
        pinned=chat.pinned,
    )
    ids = [conversation.id]
    await backend.conversations.create(conversation)
    if chat.question:
        answers = await _add_exchange(backend, conversation, chat)
        seeded.answers[chat.title] = answers[chat.shown]
        # Once more: adding messages has made it the newest.
        shown = replace(conversation, leaf_id=answers[chat.shown])
        await backend.conversations.create(shown)
    seeded.conversations[chat.title] = conversation.id
    if chat.folder:
        if chat.folder not in seeded.folders:
            seeded.folders[chat.folder] = new_folder_id()
            await backend.organising.save_folder(seeded.folders[chat.folder], chat.folder)
        await backend.organising.move(ids, seeded.folders[chat.folder])
    for tag in chat.tags:
        await backend.organising.set_tag(ids, tag, True)
    if chat.trashed:
        await backend.organising.trash(ids)


async def _add_exchange(
    backend: Backend, conversation: Conversation, chat: Chat
) -> list[MessageId]:
    parts = backend.database.attachments.kept((TextPart(chat.question), *chat.parts))
    question = _message(conversation, Role.USER, parts, None)
    await backend.conversations.add_message(question)
    ids: list[MessageId] = []
    for text in chat.answers:
        answer = _message(conversation, Role.ASSISTANT, text_parts(text), question.id)
        await backend.conversations.add_message(answer)
        ids.append(answer.id)
    return ids


def _message(
    conversation: Conversation,
    role: Role,
    parts: tuple[ContentPart, ...],
    parent: MessageId | None,
) -> Message:
    answer = role is Role.ASSISTANT
    return Message(
        id=new_message_id(),
        conversation_id=conversation.id,
        parent_id=parent,
        role=role,
        parts=parts,
        status=MessageStatus.COMPLETE,
        created_at=conversation.created_at,
        model=MODEL if answer else None,
        usage=Usage(input_tokens=38, output_tokens=412, cost=0.0063) if answer else None,
        duration_ms=6400 if answer else None,
        first_token_ms=340 if answer else None,
    )
