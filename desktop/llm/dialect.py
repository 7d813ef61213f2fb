"""What a dialect is: how a conversation is asked on the wire, and how its answer is read."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from desktop.llm.accumulator import Accumulator
from desktop.llm.base import LLMMessage, ToolDefinition
from desktop.llm.jsonvalues import JSONObject

DialectName = Literal["chat", "responses", "messages"]


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom we talk to: what a provider state is valid for. `account` is a key's fingerprint."""

    host: str
    model: str
    account: str = field(repr=False)

    def stamp(self, dialect: DialectName) -> JSONObject:
        """Return what a provider state carries to be recognised by `wrote`."""
        return {
            "dialect": dialect,
            "host": self.host,
            "model": self.model,
            "account": self.account,
        }

    def wrote(self, state: Mapping[str, Any] | None, dialect: DialectName) -> bool:
        """Tell whether `state` came from this host, model and account in this dialect."""
        return state is not None and self.stamp(dialect).items() <= dict(state).items()


def fingerprint(api_key: str | None) -> str:
    """Return what tells one key from another and gives away nothing."""
    return sha256(f"parley account {api_key or ''}".encode()).hexdigest()[:16]


class Dialect(ABC):
    """One of the three wire formats, for one peer."""

    name: DialectName

    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    @abstractmethod
    def request(
        self, messages: Sequence[LLMMessage], tools: Sequence[ToolDefinition]
    ) -> JSONObject:
        """Return the request body, without parameters.

        Raises:
            LLMError: kind `bad_request`; there is nothing to answer.
        """

    @abstractmethod
    def answer(self) -> Accumulator:
        """Return what reads an answer."""

    def stamp(self, body: JSONObject) -> JSONObject:
        """Return what a state that answers `body` carries beside the accumulator's."""
        return self.peer.stamp(self.name)

    def continued(self, body: JSONObject, answer: Accumulator) -> JSONObject | None:
        """Return the request that lets a paused `answer` go on; None when it ended."""
        return None

    def answer_after(self, earlier: frozenset[str]) -> Accumulator:
        """Return what reads an answer that continues those with the ids `earlier`."""
        return self.answer()
