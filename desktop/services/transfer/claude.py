"""Claude's data export: `conversations.json`, a list of messages for each conversation.

Older exports have each message after the one before it; newer ones name its parent, so that
edited questions and regenerated answers are branches.
"""

from datetime import UTC, datetime
from typing import Any

from desktop.core.content import ContentPart, Role, TextPart
from desktop.core.conversation import Conversation
from desktop.core.ids import ConversationId
from desktop.services.transfer.model import Found, Skipped
from desktop.services.transfer.nodes import Node, own_id, to_messages
from desktop.services.transfer.values import Record, fenced, items, mapping, moment, text

SOURCE = "claude"
_ROLES = {"human": Role.USER, "assistant": Role.ASSISTANT}


def is_ours(record: Record) -> bool:
    """Tell whether a conversation is of this format."""
    return isinstance(record.get("chat_messages"), list)


def found_in(record: Record) -> Found:
    """Read one conversation.

    Raises:
        ValueError: it has no id.
    """
    identity = text(record.get("uuid"))
    if not identity:
        raise ValueError("it has no id")
    conversation_id = ConversationId(own_id(SOURCE, identity))
    created_at = moment(record.get("created_at")) or datetime.now(UTC)
    skipped: list[Skipped] = []
    nodes: list[Node] = []
    for value in items(record.get("chat_messages")):
        before = nodes[-1].id if nodes else None
        node = _node(mapping(value), before, created_at, skipped)
        if node is not None:
            nodes.append(node)
    messages, _ = to_messages(SOURCE, conversation_id, nodes, provider="Claude")
    # Of messages of the same moment the last one is the newest.
    newest = max(messages[::-1], key=lambda message: message.created_at, default=None)
    conversation = Conversation(
        id=conversation_id,
        title=text(record.get("name")) or "Untitled",
        created_at=created_at,
        updated_at=moment(record.get("updated_at")) or created_at,
        leaf_id=newest.id if newest else None,
    )
    return Found(conversation=conversation, messages=tuple(messages), skipped=tuple(skipped))


def _node(
    record: Record, before: str | None, otherwise: datetime, skipped: list[Skipped]
) -> Node | None:
    identity = text(record.get("uuid"))
    role = _ROLES.get(text(record.get("sender")))
    if not identity or role is None:
        why = "it has no id" if not identity else "who wrote it is not known"
        skipped.append(Skipped(what="A message", why=why))
        return None
    parent = record.get("parent_message_uuid", before)
    node = Node(
        id=identity,
        parent=text(parent) or None,
        role=role,
        created_at=moment(record.get("created_at")) or otherwise,
    )
    _fill(node, record, skipped)
    return node


def _fill(node: Node, record: Record, skipped: list[Skipped]) -> None:
    parts: list[ContentPart] = []
    thoughts: list[str] = []
    for block in map(mapping, items(record.get("content"))):
        if block.get("type") == "thinking":
            thoughts.append(text(block.get("thinking")))
        else:
            parts.extend(_block(block, skipped))
    if not parts and text(record.get("text")):
        parts.append(TextPart(text(record.get("text"))))
    parts.extend(_attached(record, skipped))
    node.parts = tuple(parts)
    node.reasoning = "\n\n".join(filter(None, thoughts))


def _block(block: Record, skipped: list[Skipped]) -> list[ContentPart]:
    kind = text(block.get("type"))
    match kind:
        case "text":
            words = text(block.get("text"))
        case "tool_use":
            words = _tool_use(mapping(block.get("input")), text(block.get("name")))
        case "tool_result":
            found = [text(mapping(each).get("text")) for each in items(block.get("content"))]
            said = "\n\n".join(filter(None, found)) or text(block.get("content"))
            words = fenced(said) if said else ""
        case "token_budget" | "flag":
            return []
        case _:
            words = text(block.get("text"))
            if not words:
                why = f"its kind “{kind}” is not known"
                skipped.append(Skipped(what="A part of a message", why=why))
    return [TextPart(words)] if words.strip() else []


def _tool_use(given: Record, name: str) -> str:
    """Show what a tool was given; an artifact is its content."""
    for key in ("content", "code", "file_text"):
        if text(given.get(key)):
            title = text(given.get("title")) or name
            return f"**{title}**\n\n{fenced(text(given.get(key)), text(given.get('language')))}"
    shown = ", ".join(f"{key}: {value}" for key, value in given.items())
    return f"*{name}* {shown}".strip()


def _attached(record: Record, skipped: list[Skipped]) -> list[ContentPart]:
    parts: list[ContentPart] = []
    for attached in map(mapping, items(record.get("attachments"))):
        name, content = text(attached.get("file_name")), text(attached.get("extracted_content"))
        if content:
            parts.append(TextPart(f"{name}\n\n{fenced(content)}".strip()))
        elif name:
            skipped.append(Skipped(what=f"The file “{name}”", why="exports leave it out"))
    for value in items(record.get("files")):
        name: Any = mapping(value).get("file_name")
        skipped.append(Skipped(what=f"The file “{name}”", why="exports leave it out"))
    return parts
