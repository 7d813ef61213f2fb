"""The tree of another program's messages, made one of ours."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from desktop.core.content import ContentPart, Role, TextPart
from desktop.core.conversation import Message, MessageStatus
from desktop.core.ids import ConversationId, MessageId

_NAMESPACE = UUID("6c1f6b0e-2f0b-5f0d-9a53-70a9b9d9a001")


def own_id(source: str, identity: str) -> UUID:
    """Return our id for another program's: always the same, so that nothing comes in twice."""
    return uuid5(_NAMESPACE, f"{source}:{identity}")


@dataclass(slots=True, kw_only=True)
class Node:
    """A message of another program; without `parts` and `reasoning` it is only a joint."""

    id: str
    parent: str | None
    role: Role
    created_at: datetime
    parts: tuple[ContentPart, ...] = ()
    reasoning: str = ""
    model: str | None = None
    children: list[str] = field(default_factory=list[str])

    @property
    def holds_something(self) -> bool:
        """Whether there is anything to read in it."""
        return bool(self.parts or self.reasoning)


def to_messages(
    source: str, conversation_id: ConversationId, nodes: Sequence[Node], provider: str
) -> tuple[list[Message], dict[str, MessageId]]:
    """Return the messages of the tree, parents first, and where each node went.

    Joints are left out; an answer that came in steps (a search, code, then words) is one.
    """
    tree = {node.id: node for node in nodes}
    below: defaultdict[str | None, list[Node]] = defaultdict(list)
    for node in nodes:
        below[node.parent if node.parent in tree else None].append(node)
    messages: list[Message] = []
    places: dict[str, int] = {}
    went: dict[str, MessageId] = {}
    steps: list[tuple[Node, str | None, bool]]
    steps = [(node, None, False) for node in below[None][::-1]]
    while steps:
        node, kept, straight = steps.pop()
        if node.id in went:
            continue  # a damaged tree with a cycle
        is_new = node.holds_something
        if kept is not None and straight and _joins(tree[kept], node):
            is_new, place = False, places[kept]
            messages[place] = _joined(messages[place], node)
        elif is_new:
            parent = went[kept] if kept is not None else None
            places[node.id] = len(messages)
            messages.append(_message(source, conversation_id, node, parent, provider))
            kept = node.id
        if kept is not None:
            went[node.id] = messages[places[kept]].id
        children = below[node.id]
        straight = len(children) == 1 and (straight or is_new)
        steps.extend((child, kept, straight) for child in children[::-1])
    return messages, went


def _joins(before: Node, node: Node) -> bool:
    return before.role is node.role is Role.ASSISTANT and node.holds_something


def _joined(message: Message, node: Node) -> Message:
    return replace(
        message,
        parts=_merged((*message.parts, *node.parts)),
        reasoning="\n\n".join(filter(None, (message.reasoning, node.reasoning))),
        model=message.model or node.model,
    )


def _merged(parts: Sequence[ContentPart]) -> tuple[ContentPart, ...]:
    """Put neighbouring texts together."""
    merged: list[ContentPart] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, TextPart) and isinstance(last, TextPart):
            merged[-1] = TextPart(f"{last.text}\n\n{part.text}")
        else:
            merged.append(part)
    return tuple(merged)


def _message(
    source: str,
    conversation_id: ConversationId,
    node: Node,
    parent: MessageId | None,
    provider: str,
) -> Message:
    is_answer = node.role is Role.ASSISTANT
    return Message(
        id=MessageId(own_id(source, f"{conversation_id}/{node.id}")),
        conversation_id=conversation_id,
        parent_id=parent,
        role=node.role,
        parts=_merged(node.parts),
        status=MessageStatus.COMPLETE,
        created_at=node.created_at,
        reasoning=node.reasoning,
        provider=provider if is_answer else None,
        model=node.model if is_answer else None,
    )
