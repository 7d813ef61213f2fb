"""What is taken out of a file before it is put in, and what was left behind."""

from dataclasses import dataclass, field

from desktop.core.conversation import Conversation, Message
from desktop.storage.repositories.archive import NO_LABELS, NO_PASSAGES, Labels, Passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that is not taken over: `what` names it, `why` is a reason in plain words."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conversation as a file has it, its messages with parents first."""

    conversation: Conversation
    messages: tuple[Message, ...]
    labels: Labels = NO_LABELS
    passages: Passages = field(default_factory=lambda: NO_PASSAGES)
    skipped: tuple[Skipped, ...] = field(default=())
