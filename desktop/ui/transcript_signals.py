"""What the transcript reports is reported on by the pane around it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.ui.chat_pane import ChatPane
    from desktop.ui.transcript.view import TranscriptView


def report_on(transcript: "TranscriptView", pane: "ChatPane") -> None:
    """Connect each signal of the transcript to the pane's own."""
    for signal, answer in (
        (transcript.retry_requested, pane.retry_requested),
        (transcript.edit_requested, pane.edit_requested),
        (transcript.branch_requested, pane.branch_requested),
        (transcript.continue_requested, pane.continue_requested),
        (transcript.sibling_requested, pane.sibling_requested),
        (transcript.delete_requested, pane.delete_requested),
        (transcript.quote_requested, pane.quote),
        (transcript.similar_requested, pane.similar_requested),
        (transcript.save_requested, pane.save_requested),
        (transcript.messages_requested, pane.messages_requested),
        (transcript.settings_requested, pane.settings_requested),
        (transcript.passage_requested, pane.passage_requested),
    ):
        signal.connect(answer)
