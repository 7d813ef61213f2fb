"""What can be done with the last messages without a mouse."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop.core.ids import MessageId

if TYPE_CHECKING:
    from desktop.core.content import Role
    from desktop.core.conversation import Message
    from desktop.ui.chat_pane import ChatPane


class MessageCommands:
    """Knows the last message of each role, and reports commands about them as the pane's."""

    def __init__(self, pane: "ChatPane") -> None:
        self._pane = pane
        self._by_role: dict[Role, Message] = {}

    def replace(self, messages: "Sequence[Message]") -> None:
        """Take another branch."""
        self._by_role.clear()
        for message in messages:
            self.add(message)

    def add(self, message: "Message") -> None:
        """Take one more message, or the new state of the last one."""
        self._by_role.pop(message.role, None)  # the newest stands last
        self._by_role[message.role] = message

    @property
    def last(self) -> MessageId | None:
        """The last answer, or a question without one; None in a new chat."""
        return next((each.id for each in reversed(self._by_role.values())), None)

    def regenerate(self) -> None:
        """Ask for the last answer again."""
        self._ask_of_last(self._pane.retry_requested.emit)

    def edit(self) -> None:
        """Ask to write the last question anew."""
        from desktop.core.content import Role  # the first paint does without

        question = self._by_role.get(Role.USER)
        if question is not None:
            self._pane.edit_requested.emit(question.id)

    def step(self, step: int) -> None:
        """Ask for another version of the last message that has any, a number of places on."""
        forked = (each for each in reversed(self._by_role.values()) if each.sibling_count > 1)
        found = next(forked, None)
        if found is not None and not self._pane.is_busy:
            self._pane.sibling_requested.emit(found.id, step)

    def fork(self) -> None:
        """Ask for a new conversation that begins with this one as it is on screen."""
        self._ask_of_last(self._pane.branch_requested.emit)

    def resume(self) -> None:
        """Ask the model to go on with an answer that ended too early."""
        self._ask_of_last(self._pane.continue_requested.emit)

    def delete(self) -> None:
        """Ask for the last message to be deleted."""
        self._ask_of_last(self._pane.delete_requested.emit)

    def _ask_of_last(self, ask: Callable[[object], object]) -> None:
        if self.last is not None and not self._pane.is_busy:
            ask(self.last)
