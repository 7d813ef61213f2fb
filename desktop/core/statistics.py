"""How much was said, by whom."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelShare:
    """What one model answered; tokens as its provider counted them."""

    model: str
    answers: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts over all branches of some conversations."""

    conversations: int = 0
    questions: int = 0
    answers: int = 0
    characters: int = 0
    first: datetime | None = None
    last: datetime | None = None
    models: tuple[ModelShare, ...] = ()
