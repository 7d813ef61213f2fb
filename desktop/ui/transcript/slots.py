"""The messages of a branch in order, some of them known by their ids alone."""

from collections.abc import Iterable, Iterator, Sequence

from desktop.core.conversation import Message
from desktop.core.ids import MessageId

AROUND = 20
"""Messages before and after a wanted one that are loaded with it."""
MOST_AT_ONCE = 200


class Slots:
    """A place for each message; what is not loaded is asked for once, in pages."""

    def __init__(self) -> None:
        self._slots: list[Message | MessageId] = []
        self._missing: set[MessageId] = set()
        self._asked: set[MessageId] = set()
        self._above: dict[MessageId, int] = {}  # places of what was prepended

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[Message | MessageId]:
        return iter(self._slots)

    @property
    def is_whole(self) -> bool:
        """Tell whether every message is loaded."""
        return not self._missing

    def get(self, index: int) -> Message | None:
        """Return a message; None while it is not loaded."""
        slot = self._slots[index]
        return slot if isinstance(slot, Message) else None

    def text(self, index: int) -> str:
        """Return the text of a message; '' while it is not loaded."""
        message = self.get(index)
        return message.text if message else ""

    def replace(self, messages: Iterable[Message]) -> None:
        """Begin anew with messages that are all loaded."""
        self._slots = list(messages)
        self._missing, self._asked, self._above = set(), set(), {}

    def append(self, message: Message) -> None:
        """Add a message at the end."""
        self._slots.append(message)

    def put(self, index: int, message: Message) -> None:
        """Put a message in its place."""
        self._slots[index] = message
        self._missing.discard(message.id)

    def prepend(self, ids: Sequence[MessageId]) -> None:
        """Add places above the first one for messages that are not loaded."""
        self._slots[:0] = ids
        self._missing |= set(ids)
        self._above = {self.id_at(index): index for index in range(len(self._above) + len(ids))}

    def find(self, message_id: MessageId) -> int | None:
        """Find the place of a message, looking from the end; None if it has none."""
        if message_id in self._above:
            return self._above[message_id]
        for index in range(len(self._slots) - 1, len(self._above) - 1, -1):
            if self.id_at(index) == message_id:
                return index
        return None

    def id_at(self, index: int) -> MessageId:
        """Return the id of the message at a place."""
        slot = self._slots[index]
        return slot.id if isinstance(slot, Message) else slot

    def to_ask_for(self, indices: Iterable[int]) -> list[MessageId]:
        """Return what is to be loaded around some places and was not asked for before."""
        wanted = [
            near
            for index in indices
            for near in range(max(0, index - AROUND), min(len(self), index + AROUND + 1))
        ]
        return self._new(dict.fromkeys(map(self.id_at, wanted)))

    def all_to_ask_for(self) -> list[list[MessageId]]:
        """Return all that is not loaded and was not asked for, in pages, the last ones first."""
        ids = self._new(slot for slot in reversed(self._slots) if not isinstance(slot, Message))
        return [ids[start : start + MOST_AT_ONCE] for start in range(0, len(ids), MOST_AT_ONCE)]

    def _new(self, ids: Iterable[MessageId]) -> list[MessageId]:
        new = [each for each in ids if each in self._missing and each not in self._asked]
        self._asked.update(new)
        return new
