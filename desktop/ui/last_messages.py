"""Which messages of the branch on screen the commands without a mouse are about."""

from collections.abc import Sequence

from desktop.core.content import Role
from desktop.core.conversation import Message
from desktop.core.ids import MessageId


class LastMessages:
    """The last message of each role, in the order of the branch."""

    def __init__(self) -> None:
        self._by_role: dict[Role, Message] = {}

    def replace(self, messages: Sequence[Message]) -> None:
        """Take another branch."""
        self._by_role.clear()
        for message in messages:
            self.add(message)

    def add(self, message: Message) -> None:
        """Take one more message, or the new state of the last one."""
        self._by_role.pop(message.role, None)
        self._by_role[message.role] = message

    @property
    def question(self) -> Message | None:
        """The user's last message."""
        return self._by_role.get(Role.USER)

    @property
    def last(self) -> MessageId | None:
        """The message at the end; None in a new chat."""
        return next((each.id for each in reversed(self._by_role.values())), None)

    @property
    def forked(self) -> MessageId | None:
        """The last message that has siblings to step to."""
        found = (each for each in reversed(self._by_role.values()) if each.sibling_count > 1)
        return next((each.id for each in found), None)
