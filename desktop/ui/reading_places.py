"""Where the reader was in each conversation, so that it opens there again."""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from desktop.core.ids import ConversationId, MessageId

KEPT = 200


@dataclass(frozen=True, slots=True)
class ReadingPlace:
    """An item of a message and how far below the upper edge it begins, in pixels."""

    message_id: MessageId
    index: int
    y: int


class ReadingPlaces:
    """The places in the conversations that were left last; those left at their end have none."""

    def __init__(self) -> None:
        self._places: OrderedDict[ConversationId, ReadingPlace] = OrderedDict()

    def note(self, conversation_id: ConversationId, place: ReadingPlace | None) -> None:
        """Remember where a conversation was left; None for its end."""
        self._places.pop(conversation_id, None)
        if place is not None:
            self._places[conversation_id] = place
        if len(self._places) > KEPT:
            self._places.popitem(last=False)

    def get(self, conversation_id: ConversationId) -> ReadingPlace | None:
        """Return where a conversation was left; None for its end."""
        return self._places.get(conversation_id)

    def state(self) -> dict[str, list[Any]]:
        """Return everything as JSON, for `restore`."""
        return {
            str(each): [str(place.message_id), place.index, place.y]
            for each, place in self._places.items()
        }

    def restore(self, state: object) -> None:
        """Take back what `state` returned; what makes no sense is left out."""
        if not isinstance(state, Mapping):
            return
        for key, value in cast("Mapping[object, object]", state).items():
            with suppress(ValueError):
                match value:
                    case [str(message), int(index), int(y)]:
                        place = ReadingPlace(MessageId(UUID(message)), max(index, 0), y)
                        self.note(ConversationId(UUID(str(key))), place)
                    case _:
                        pass
