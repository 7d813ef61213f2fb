"""What the indexing is doing, as the window shows it."""

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.core.errors import ParleyError
from desktop.core.passages import Amount


class Phase(StrEnum):
    """How far search by meaning is."""

    NOT_CONFIGURED = "not_configured"  # no embeddings model is set up
    OFFERED = "offered"  # a model is set up; the user has not agreed to send texts to it
    WORKING = "working"
    PAUSED = "paused"
    WAITING = "waiting"  # the server failed; it is asked again by itself
    STOPPED = "stopped"  # the server failed in a way that asking again does not cure
    MODEL_CHANGED = "model_changed"  # another model is set up than the index was made with
    READY = "ready"  # all texts have a vector


class Speed(StrEnum):
    """How much of the machine and of the server's limits the indexing may take."""

    FULL = "full"
    GENTLE = "gentle"  # it rests four times as long as it works


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """The state at one moment.

    `left` is what has no vector of the wanted model yet, `price` in US dollars what embedding
    it costs (None where no price is known), `sent_tokens` what was sent since Parley started.
    `model` and `host` are what is set up now, `serving` the model that searches use.
    `skipped` passages were refused by the server. With `replaced` another model answers under
    the name of the one that made the index.
    """

    phase: Phase
    model: str = ""
    host: str = ""
    serving: str = ""
    done: int = 0
    left: Amount = field(default_factory=Amount)
    to_cut: int = 0
    to_read: int = 0
    price: float | None = None
    sent_tokens: int = 0
    spent: float | None = None
    skipped: int = 0
    replaced: bool = False
    error: ParleyError | None = None
    retry_seconds: float | None = None
    history: bool = True
    speed: Speed = Speed.FULL

    @property
    def share(self) -> float:
        """How much of the texts has a vector, 0 to 1."""
        total = self.done + self.left.passages
        return self.done / total if total else 1.0
