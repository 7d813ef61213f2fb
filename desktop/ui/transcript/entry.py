"""One message as items: built when it comes into view, growing while it streams."""

from collections.abc import Sequence
from time import monotonic

from desktop.core.content import Role
from desktop.core.conversation import Message, MessageStatus
from desktop.ui.transcript import describe
from desktop.ui.transcript.flow import Flow, in_bubble, with_line_feeds
from desktop.ui.transcript.heights import Heights
from desktop.ui.transcript.items.base import Item
from desktop.ui.transcript.items.block import BUBBLE_PAD, BlockItem, BlockSpec, indent_of
from desktop.ui.transcript.items.code import CodeItem
from desktop.ui.transcript.items.factory import Spec, make_item
from desktop.ui.transcript.items.footer import ProgressSpec
from desktop.ui.transcript.items.header import ReasoningSpec
from desktop.ui.transcript.items.table import TableItem
from desktop.ui.transcript.items.text import TextItem
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import Thought
from desktop.ui.transcript.typesetter import Typesetter

MESSAGE_GAP = 26
BUBBLE_SHARE = 0.75
ATTACHMENT_GAP = 8
SHORT_CHARACTERS = 600
"""A bubble around more text than this is always as wide as it may be."""

_OPEN = frozenset({MessageStatus.PENDING, MessageStatus.STREAMING})


class Entry:
    """A message's items with their heights; the first `_fixed` items are settled."""

    def __init__(
        self,
        message: Message,
        markdown: Markdown,
        typesetter: Typesetter,
        width: int,
        *,
        is_last: bool = False,
    ) -> None:
        self.message = message
        self.items: list[Item] = []
        self.heights = Heights()
        self._typesetter = typesetter
        self._width = width
        self._is_last = is_last
        self._body = Flow(markdown.citing(message.sources))
        self._reasoning = Flow(markdown, (Thought(),))
        self._is_unfolded = False
        self._progress = ""
        self._head: list[Spec] = []
        self._specs: list[Spec] = []
        self._fixed = 0
        self._thinking_since: float | None = None
        self._thought_seconds: float | None = None
        self._take_texts()
        self._rebuild()

    @property
    def is_streaming(self) -> bool:
        """Tell whether more text may come."""
        return self.message.role is Role.ASSISTANT and self.message.status in _OPEN

    @property
    def source(self) -> str:
        """Return the text so far."""
        return self._body.text

    @property
    def reasoning(self) -> str:
        """Return the reasoning so far."""
        return self._reasoning.text

    def append_text(self, text: str) -> None:
        """Take streamed text; it shows after the next `flush`."""
        if self._thinking_since is not None and self._thought_seconds is None:
            self._thought_seconds = monotonic() - self._thinking_since
        self._body.append(text)

    def append_reasoning(self, text: str) -> None:
        """Take streamed reasoning; it shows after the next `flush`."""
        if self._thinking_since is None:
            self._thinking_since = monotonic()
        self._reasoning.append(text)

    def flush(self, most: int) -> bool:
        """Show what was appended, at most `most` characters; tells whether more is waiting.

        Settled items stay, the tail is made again.
        """
        more = self._reasoning.flush(most)
        more |= self._body.flush(most)
        self._rebuild()
        return more

    def follow(self) -> None:
        """Note that another message follows: this one can not be continued."""
        if self._is_last:
            self._is_last = False
            self._rebuild()

    def plain_text(self) -> str:
        """Return what is said in the message, without Markdown."""
        text = ""
        for item in self.items:
            words = item.plain_text(self._typesetter)
            if words and text and not (isinstance(item, BlockItem) and item.spec.block.continued):
                text = text.rstrip("\n") + "\n\n"
            text += words
        return text.rstrip("\n")

    def set_progress(self, text: str) -> None:
        """Say what is going on while no text comes."""
        self._progress = text
        self._rebuild()

    def finish(self, message: Message) -> None:
        """Show the message's final state."""
        self.message = message
        if with_line_feeds(message.reasoning) != self._reasoning.text:
            self._reasoning.set_text(message.reasoning)
        if self._thinking_since is not None and self._thought_seconds is None:
            self._thought_seconds = monotonic() - self._thinking_since
        self._body.finish(message.text)
        self._fixed = 0
        self._rebuild()

    def release_stale(self) -> None:
        """Have laid out again what was shown before its colours or formulas were known."""
        stale = [item for item in self.items if item.is_stale]
        for item in stale:
            item.release()
        if stale and self.message.role is Role.USER:
            self._rebuild()  # the bubble is as wide as what is in it

    def toggle_reasoning(self) -> None:
        """Fold or unfold the reasoning."""
        self._is_unfolded = not self._is_unfolded
        self._rebuild()

    def set_width(self, width: int, typesetter: Typesetter) -> bool:
        """Forget the layout unless it was made for this width and look; tells whether it was."""
        if (width, typesetter) == (self._width, self._typesetter):
            return False
        self._width, self._typesetter = width, typesetter
        for item in self.items:
            item.release()
        self._fixed = 0
        self._rebuild()
        self.heights.replace(0, [self._estimate(item) for item in self.items])
        return True

    def measure(self, index: int) -> int:
        """Lay out one item if it is not; returns by how much it is higher than was thought."""
        item = self.items[index]
        if item.measured:
            return 0
        return self.heights.set(index, item.measure(self._width, self._typesetter))

    def readable(self) -> str:
        """Return everything a reader can see."""
        return "\n".join(filter(None, (item.readable() for item in self.items)))

    def _take_texts(self) -> None:
        self._reasoning.set_text(self.message.reasoning)
        self._body.set_text(self.message.text)
        if self.is_streaming:  # text that comes joins on to what is there
            self._body.settled = self._reasoning.settled = 0

    def _rebuild(self) -> None:
        head = self._describe_head()
        if head != self._head:
            self._head, self._fixed = head, 0
        start = self._fixed
        if start:
            specs = [*self._body.specs[start - len(head) :], *self._describe_end()]
        else:
            specs = [*head, *self._describe_body(), *self._describe_end()]
        self._make_items(start, specs)
        self._fixed = len(head) + self._body.settled if self.is_streaming else 0

    def _describe_head(self) -> list[Spec]:
        if self.message.role is Role.USER:
            return []
        head: list[Spec] = [describe.header(self.message)]
        if self._reasoning.text:
            label = describe.reasoning_label(
                thinking=self.is_streaming and not self._body.text, seconds=self._seconds_thought()
            )
            head.append(ReasoningSpec(label, self._is_unfolded))
            head.extend(self._reasoning.specs if self._is_unfolded else ())
        return head

    def _seconds_thought(self) -> float | None:
        stored = self.message.reasoning_ms
        return self._thought_seconds if stored is None else stored / 1000

    def _describe_body(self) -> Sequence[Spec]:
        if self.message.role is not Role.USER:
            return self._body.specs
        specs = [*self._body.specs, *self._describe_attachments()]
        beside = describe.buttons_beside(self.message)
        return in_bubble(specs, self._bubble_width(specs), MESSAGE_GAP, beside)

    def _describe_attachments(self) -> list[BlockSpec]:
        blocks = describe.attachments(self.message)
        return [BlockSpec(block=block, gap=ATTACHMENT_GAP) for block in blocks]

    def _describe_end(self) -> list[Spec]:
        if self.is_streaming:
            return [ProgressSpec(self._progress)]
        attached = self._describe_attachments() if self.message.role is not Role.USER else []
        return [*attached, *describe.endings(self.message, is_last=self._is_last)]

    def _bubble_width(self, specs: Sequence[BlockSpec]) -> int:
        """Fit the bubble to a short text; a long one takes all the width there is."""
        style = self._typesetter.style
        most = round(self._width * BUBBLE_SHARE)
        items = [make_item(spec) for spec in specs]
        texts = [item for item in items if isinstance(item, TextItem)]
        if len(texts) < len(items) or len(self.message.text) > SHORT_CHARACTERS:
            return most
        widest = max((self._natural_width(item) for item in texts), default=0)
        return min(most, widest + 2 * style.px(BUBBLE_PAD))

    def _natural_width(self, item: TextItem) -> int:
        indent = sum(indent_of(each) for each in item.containers)
        style = self._typesetter.style
        return int(item.natural_width(self._typesetter)) + 1 + style.px(indent)

    def _make_items(self, start: int, specs: Sequence[Spec]) -> None:
        """Make the items from `start` on; those whose description is the same are kept."""
        old_items, old_specs = self.items[start:], self._specs[start:]
        heights = [self.heights[start + index] for index in range(len(old_items))]
        del self.items[start:], self._specs[start:]
        new_heights: list[int] = []
        for index, spec in enumerate(specs):
            old = old_items[index] if index < len(old_items) else None
            if old is not None and old_specs[index] == spec:
                self.items.append(old)
                new_heights.append(heights[index])
            else:
                item = self._new_item(spec, old)
                self.items.append(item)
                new_heights.append(self._estimate(item))
        self._specs.extend(specs)
        self.heights.replace(start, new_heights)

    def _new_item(self, spec: Spec, old: Item | None) -> Item:
        item = make_item(spec)
        if isinstance(item, CodeItem | TableItem):
            source = self.items[-1] if item.spec.block.continued and self.items else old
            if isinstance(source, CodeItem | TableItem) and type(source) is type(item):
                item.sideways = source.sideways
        if isinstance(item, TableItem) and isinstance(old, TableItem):
            item.reuse(old)
        return item

    def _estimate(self, item: Item) -> int:
        return item.estimate(self._width, self._typesetter.style)
