"""An answer that is streaming, on screen or not."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from desktop.core.conversation import Message, text_parts
from desktop.services.chat import Turn


@dataclass(slots=True)
class RunningAnswer:
    """What arrived so far, so that its conversation can be left and opened again."""

    turn: Turn
    task: asyncio.Task[Any] | None = None
    answer: Message | None = None
    text: list[str] = field(default_factory=list[str])
    reasoning: list[str] = field(default_factory=list[str])
    has_begun: bool = False  # a task cancelled before that never runs, not even its end
    is_stopping: bool = False
    says_progress: bool = False

    def begin(self, answer: Message) -> None:
        """Take the answer as it is stored: empty, or what there is of one to be continued."""
        self.answer = answer
        self.text = [answer.text] if answer.text else []
        self.reasoning = [answer.reasoning] if answer.reasoning else []

    def live(self, stored: Message) -> Message:
        """Return `stored` with all that arrived, when it is this answer."""
        if self.answer is None or stored.id != self.answer.id:
            return stored
        text = "".join(self.text)
        return replace(
            self.answer,
            parts=text_parts(text) if text else (),
            reasoning="".join(self.reasoning),
        )

    def stop(self) -> None:
        """End it as the user's wish; pressed again, it changes nothing."""
        if self.is_stopping:
            return
        self.is_stopping = self.turn.stopped = True
        if self.task is not None and self.has_begun:
            self.task.cancel()
