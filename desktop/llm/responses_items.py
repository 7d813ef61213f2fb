"""The output items of an OpenAI Responses answer, and what of each was shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from desktop.llm.jsonvalues import JSONObject, as_json, as_list, as_object, as_position, as_text
from desktop.llm.text_buffer import TextBuffer

_PART_CHANNELS = {
    "output_text": "text",
    "text": "text",
    "": "text",
    "refusal": "refusal",
    "summary_text": "summary",
    "reasoning_text": "content",
}


class OutputItem:
    """An item under its `index`; `data` is what its events said of it.

    Its words come in channels: `text` and `refusal` of a message, `summary` and `content`
    of reasoning, `arguments` of a call.
    """

    def __init__(self, index: int, kind: str) -> None:
        self.index = index
        self.data: JSONObject = {"type": kind} if kind else {}
        self.ids: set[str] = set()
        self.done = False
        self._arguments = ""
        self._parts: dict[tuple[str, int], TextBuffer] = {}

    @property
    def type(self) -> str:
        """Its kind; '' while no event told."""
        return as_text(self.data.get("type"))

    @property
    def arguments(self) -> str:
        """A call's arguments: as it ended, else its pieces, else as it began."""
        pieces = self.said("arguments")
        began = as_json(self.data.get("arguments"))
        return self._arguments or (pieces if pieces.strip() else began)

    def add(self, channel: str, part: int, words: str) -> None:
        """Let one part of a channel grow."""
        key = (channel, part)
        if key not in self._parts:
            self._parts[key] = TextBuffer()
        self._parts[key].add(words)

    def said(self, channel: str, part: int | None = None) -> str:
        """Return what a channel, or one part of it, has had so far."""
        keys = sorted(key for key in self._parts if key[0] == channel and part in {None, key[1]})
        return "".join(str(self._parts[key]) for key in keys)

    def last_part(self, channel: str) -> int:
        """Return the part that a channel ended with."""
        return max((part for name, part in self._parts if name == channel), default=0)

    def update(self, data: JSONObject) -> None:
        """Take what an event says of the item; what it leaves empty stays."""
        old = self.data
        self.data = {**old, **{name: v for name, v in data.items() if v or name not in old}}

    def close(self, arguments: Any) -> None:
        """Take a call's whole arguments."""
        self._arguments = as_json(arguments) or self._arguments

    def whole(self) -> JSONObject:
        """Return the item as the provider wants it back."""
        if self.type == "function_call":
            return {**self.data, "arguments": self.arguments}
        if self.type == "message" and not self.data.get("content"):
            part = {"type": "output_text", "text": self.said("text")}
            return {**self.data, "content": [part]}
        return self.data


@dataclass(frozen=True, slots=True)
class Mention:
    """What an event says of the item that it belongs to: some of ids, index and type."""

    ids: frozenset[str]
    index: int | None
    kind: str
    call_id: str = ""

    def names(self, item: OutputItem) -> bool:
        """Tell whether an id is the item's."""
        return not self.ids.isdisjoint(item.ids)

    def allows(self, item: OutputItem) -> bool:
        """Tell whether nothing speaks against the item.

        Its other ids may differ: gateways make new ones for each event.
        """
        known = as_text(item.data.get("call_id"))
        same_call = not (self.call_id and known) or self.call_id == known
        return same_call and (not (self.kind and item.type) or self.kind == item.type)

    def places(self, item: OutputItem) -> bool:
        """Tell whether the item stands at the index."""
        return self.index == item.index and self.allows(item)

    def goes_on_at(self, item: OutputItem) -> bool:
        """Tell whether the item stands at the index and is not over under another id."""
        over = item.done and bool(self.ids) and bool(item.ids)
        return self.places(item) and not over

    def goes_on(self, item: OutputItem) -> bool:
        """Tell whether the item is of the type and not over."""
        return self.allows(item) and not item.done


class OutputItems:
    """The items in order; servers tell them apart by id, by index, or by their type alone."""

    def __init__(self) -> None:
        self._items: list[OutputItem] = []

    def __iter__(self) -> Iterator[OutputItem]:
        return iter(sorted(self._items, key=lambda item: item.index))

    def of(self, mention: Mention, *, opens: bool = False) -> OutputItem:
        """Return the item of an event, a new one if there is none.

        An event that `opens` an item never means the latest one merely by its type.
        """
        found = _first(mention.names, reversed(self._items))
        if found is None and mention.index is not None:
            found = _first(mention.goes_on_at, reversed(self._items))
        elif found is None and not opens:
            found = _first(mention.goes_on, reversed(self._items))
        return found or self._new(mention)

    def matched(self, mentions: list[Mention]) -> list[OutputItem]:
        """Return the item of each element of a whole output, new ones where there is none.

        The output may leave out what was streamed, so that its positions are no proof.
        """
        left = list(self)
        found: list[OutputItem | None] = [None] * len(mentions)
        for rule in (Mention.names, Mention.places, Mention.allows):
            for position, mention in enumerate(mentions):
                match = found[position] or next((i for i in left if rule(mention, i)), None)
                found[position] = match
                left = [item for item in left if item is not match]
        return [item or self._new(m) for item, m in zip(found, mentions, strict=True)]

    def _new(self, mention: Mention) -> OutputItem:
        after = max((item.index for item in self._items), default=-1) + 1
        item = OutputItem(after if mention.index is None else mention.index, mention.kind)
        item.ids |= mention.ids
        self._items.append(item)
        return item


def mention_of(event: JSONObject, data: JSONObject, kind: str, index: Any = None) -> Mention:
    """Return what `event`, which may carry the item's `data`, says of its item."""
    call_id = as_text(data.get("call_id")) or as_text(event.get("call_id"))
    ids = {as_text(event.get("item_id")), as_text(data.get("id")), call_id} - {""}
    place = as_position(event.get("output_index") if index is None else index)
    return Mention(frozenset(ids), place, kind, call_id)


def words_by_channel(data: JSONObject) -> dict[str, str]:
    """Return what a whole item says, by channel; '' where it says nothing."""
    words: dict[str, str] = {}
    if as_text(data.get("type")) == "message":
        words["text"] = _words(data.get("content"), "text")
        words["refusal"] = _words(data.get("content"), "refusal")
    elif as_text(data.get("type")) == "reasoning":
        words["summary"] = _words(data.get("summary"), "summary")
        words["content"] = _words(data.get("content"), "content")
    return words


def part_words(part: Any, default: str) -> tuple[str, str]:
    """Return a content part's channel, `default` where its type says none, and its words."""
    if isinstance(part, str):
        return default, part
    fields = as_object(part)
    channel = _PART_CHANNELS.get(as_text(fields.get("type")), "")
    if default in {"summary", "content"}:
        channel = default
    return channel, as_text(fields.get("refusal" if channel == "refusal" else "text"))


def _words(parts: Any, channel: str) -> str:
    default = channel if channel != "refusal" else "text"
    found = [part_words(part, default) for part in as_list(parts) or [parts]]
    return "".join(words for name, words in found if name == channel)


def _first(rule: Callable[[OutputItem], bool], items: Iterator[OutputItem]) -> OutputItem | None:
    return next((item for item in items if rule(item)), None)
