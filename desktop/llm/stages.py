"""What a connection test reports: its stages, and what each of them found."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from desktop.core.errors import LLMError, ParleyError
from desktop.core.redaction import redact


class StageName(StrEnum):
    """What is tried, in this order."""

    ADDRESS = "address"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    KEY = "key"
    MODELS = "models"
    MODEL = "model"
    ANSWER = "answer"
    STREAMING = "streaming"


TITLES = {
    StageName.ADDRESS: "Address",
    StageName.DNS: "Name lookup",
    StageName.CONNECT: "Connection",
    StageName.TLS: "Encryption",
    StageName.KEY: "API key",
    StageName.MODELS: "Model list",
    StageName.MODEL: "Model",
    StageName.ANSWER: "Answer",
    StageName.STREAMING: "Streaming",
}

State = Literal["running", "ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a stage ended: what was seen, or why it failed and what to do, in whole sentences.

    `milliseconds` is set where the work was done in an earlier stage.
    """

    state: State
    result: str = ""
    cause: str = ""
    cure: str = ""
    milliseconds: int | None = None


def ok(result: str, milliseconds: int | None = None) -> Finding:
    """Return a stage that succeeded."""
    return Finding(state="ok", result=result, milliseconds=milliseconds)


def skipped(result: str) -> Finding:
    """Return a stage that did not apply, or did not matter."""
    return Finding(state="skipped", result=result)


def failed(error: ParleyError, hint: str = "") -> Finding:
    """Return a stage that failed with `error`; `hint` is one more thing to try."""
    detail = error.detail if isinstance(error, LLMError) else ""
    cause = f"{error.message} ({detail})" if detail else error.message
    return Finding(state="failed", cause=cause, cure=f"{error.cure} {hint}".strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage as it stands; `milliseconds` is None until it ended."""

    name: StageName
    state: State
    milliseconds: int | None = None
    result: str = ""
    cause: str = ""
    cure: str = ""

    @property
    def title(self) -> str:
        """The stage's name for people."""
        return TITLES[self.name]


def report(stages: Iterable[Stage]) -> str:
    """Return the ended stages as text to copy, one a paragraph, keys redacted."""
    ended = [stage for stage in stages if stage.state != "running"]
    return redact("\n".join(_lines(stage) for stage in ended))


def _lines(stage: Stage) -> str:
    took = "" if stage.milliseconds is None else f" ({stage.milliseconds} ms)"
    lines = [f"{stage.title}: {stage.state}{took}", stage.result, stage.cause, stage.cure]
    return "\n  ".join(line for line in lines if line)
