"""What the chat presenter asks of whoever shows the conversation."""

from collections.abc import Sequence
from typing import Protocol

from desktop.core.conversation import Message
from desktop.core.errors import ParleyError
from desktop.core.ids import MessageId


class ChatView(Protocol):
    """The conversation on screen: title, transcript, composer."""

    def show_conversation(self, title: str, messages: Sequence[Message], draft: str) -> None:
        """Replace everything; an empty sequence is a new chat. Scrolls to the end."""
        ...

    def set_title(self, title: str) -> None:
        """Name the conversation."""
        ...

    def add_message(self, message: Message) -> None:
        """Append a question, or an answer about to stream (status `streaming`)."""
        ...

    def append_text(self, message_id: MessageId, text: str) -> None:
        """Add streamed text to an answer; called very often, so collect and draw later."""
        ...

    def append_reasoning(self, message_id: MessageId, text: str) -> None:
        """Add streamed reasoning to an answer."""
        ...

    def finish_message(self, message: Message) -> None:
        """Show the final state of an answer: complete, stopped, interrupted or error."""
        ...

    def set_progress(self, message_id: MessageId, text: str) -> None:
        """Say what is going on while no text comes ("Retrying in 4 s"); '' for nothing."""
        ...

    def set_busy(self, busy: bool) -> None:
        """While busy, Send becomes Stop; the text can still be edited."""
        ...

    def show_messages(self, messages: Sequence[Message]) -> None:
        """Replace the transcript alone; what is being written stays."""
        ...

    def show_message(self, message_id: MessageId, words: str) -> None:
        """Bring a message into view with `words` marked in it, where there are any."""
        ...

    def show_earlier(self, before: MessageId, ids: Sequence[MessageId]) -> None:
        """Tell which messages stand above `before`, the first of those shown; none is loaded.

        Nothing moves. What the reader comes near is asked for by its ids.
        """
        ...

    def fill_in(self, messages: Sequence[Message]) -> None:
        """Show messages that were asked for."""
        ...

    def edit_question(self, message_id: MessageId, text: str) -> None:
        """Put a question into the composer to be written anew; its draft waits meanwhile."""
        ...

    def clear_composer(self, text: str) -> None:
        """Empty the composer if it still holds `text`, which is safely stored now."""
        ...

    def set_model(self, label: str) -> None:
        """Name the model on the model button; '' when none is chosen."""
        ...

    def show_notice(self, error: ParleyError) -> None:
        """Show an error that belongs to no message, above the composer."""
        ...
