"""ChatGPT's data export: `conversations.json`, a mapping of nodes for each conversation.

OpenAI describes no format; this reads what exports have held from 2023 on: text, pictures,
code and its output, browsing, reasoning, voice, hidden nodes, and content of unknown kinds.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from desktop.core.content import ContentPart, ImagePart, Role, TextPart
from desktop.core.conversation import Conversation
from desktop.core.ids import ConversationId
from desktop.services.transfer.model import Found, Skipped
from desktop.services.transfer.nodes import Node, own_id, to_messages
from desktop.services.transfer.values import Record, fenced, items, mapping, moment, text

SOURCE = "chatgpt"

FindImage = Callable[[str], ImagePart | None]
"""Finds a picture by the name that a conversation has for it; None where it is not there."""

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "tool": Role.ASSISTANT}
_NOTHING_TO_READ = frozenset(
    {"model_editable_context", "user_editable_context", "reasoning_recap", "app_pairing_content"}
)


def is_ours(record: Record) -> bool:
    """Tell whether a conversation is of this format."""
    return isinstance(record.get("mapping"), dict)


def found_in(record: Record, find_image: FindImage) -> Found:
    """Read one conversation.

    Raises:
        ValueError: it has no id.
    """
    identity = text(record.get("conversation_id")) or text(record.get("id"))
    if not identity:
        raise ValueError("it has no id")
    conversation_id = ConversationId(own_id(SOURCE, identity))
    created_at = moment(record.get("create_time")) or datetime.now(UTC)
    reading = _Reading(find_image, created_at)
    nodes = [reading.node(key, value) for key, value in mapping(record.get("mapping")).items()]
    messages, went = to_messages(SOURCE, conversation_id, nodes, provider="ChatGPT")
    conversation = Conversation(
        id=conversation_id,
        title=text(record.get("title")) or "Untitled",
        created_at=created_at,
        updated_at=moment(record.get("update_time")) or created_at,
        leaf_id=went.get(text(record.get("current_node")))
        or (messages[-1].id if messages else None),
        archived=record.get("is_archived") is True,
    )
    return Found(
        conversation=conversation, messages=tuple(messages), skipped=tuple(reading.skipped)
    )


class _Reading:
    """Reads the nodes of one conversation and notes what can't be taken over."""

    def __init__(self, find_image: FindImage, otherwise: datetime) -> None:
        self._find_image = find_image
        self._otherwise = otherwise
        self.skipped: list[Skipped] = []

    def node(self, key: str, value: Any) -> Node:
        """Return a node; one that shows nothing holds nothing."""
        record = mapping(value)
        message = mapping(record.get("message"))
        role = _ROLES.get(text(mapping(message.get("author")).get("role")))
        node = Node(
            id=key,
            parent=text(record.get("parent")) or None,
            role=role or Role.ASSISTANT,
            created_at=moment(message.get("create_time")) or self._otherwise,
            model=text(mapping(message.get("metadata")).get("model_slug")) or None,
        )
        if role is not None and not _is_hidden(message):
            self._fill(node, message)
        return node

    def _fill(self, node: Node, message: Record) -> None:
        content = mapping(message.get("content"))
        kind = text(content.get("content_type"))
        if kind == "thoughts":
            thoughts = [mapping(each) for each in items(content.get("thoughts"))]
            found = [text(each.get("content")) or text(each.get("summary")) for each in thoughts]
            node.reasoning = "\n\n".join(filter(None, found))
            return
        parts = self._parts(kind, content)
        is_tool = text(mapping(message.get("author")).get("role")) == "tool"
        if is_tool and kind == "text":
            parts = [TextPart(fenced(part.text)) for part in parts if isinstance(part, TextPart)]
        node.parts = tuple(parts)
        for attached in items(mapping(message.get("metadata")).get("attachments")):
            name = text(mapping(attached).get("name"))
            if name and not text(mapping(attached).get("mimeType")).startswith("image/"):
                self.skipped.append(Skipped(what=f"The file “{name}”", why="exports leave it out"))

    def _parts(self, kind: str, content: Record) -> list[ContentPart]:
        match kind:
            case "text" | "multimodal_text":
                found = [self._part(each) for each in items(content.get("parts"))]
                return [part for part in found if part is not None]
            case "code":
                return _code(content)
            case "execution_output":
                return _texts(fenced(text(content.get("text"))))
            case "tether_quote":
                return _texts(f"> {text(content.get('title'))}: {text(content.get('url'))}")
            case "tether_browsing_display":
                return _texts(text(content.get("result")))
            case "system_error":
                return _texts(text(content.get("text")))
            case _ if kind in _NOTHING_TO_READ:
                return []
            case _:
                return self._unknown(kind, content)

    def _unknown(self, kind: str, content: Record) -> list[ContentPart]:
        words = text(content.get("text")) or text(content.get("result"))
        if not words:
            self.skipped.append(
                Skipped(what="A part of a message", why=f"its kind “{kind}” is not known")
            )
        return _texts(words)

    def _part(self, value: Any) -> ContentPart | None:
        if isinstance(value, str):
            return TextPart(value) if value.strip() else None
        record = mapping(value)
        words = text(record.get("text"))
        pointer = text(record.get("asset_pointer"))
        if words:  # what was said aloud, written down
            return TextPart(words)
        kind = text(record.get("content_type"))
        if not pointer or "audio" in kind or "video" in kind:
            self.skipped.append(
                Skipped(what="A part of a message", why=f"its kind “{kind}” is not known")
            )
            return None
        name = pointer.rsplit("/", 1)[-1]
        image = self._find_image(name)
        if image is None:
            self.skipped.append(Skipped(what=f"The picture {name}", why="it is not in the export"))
            return TextPart("[A picture that is not in the export]")
        return image


def _is_hidden(message: Record) -> bool:
    metadata = mapping(message.get("metadata"))
    return metadata.get("is_visually_hidden_from_conversation") is True


def _texts(words: str) -> list[ContentPart]:
    return [TextPart(words)] if words.strip("`\n ") else []


def _code(content: Record) -> list[ContentPart]:
    language = text(content.get("language"))
    code = text(content.get("text"))
    return _texts(fenced(code, "" if language == "unknown" else language)) if code else []
