"""Providers' words for why an answer ended → ours."""

from desktop.core.content import FinishReason

_LENGTH = (
    "length max_tokens max_output_tokens max_completion_tokens model_length "
    "model_context_window_exceeded context_length_exceeded max_length max_new_tokens token_limit "
    "max_tokens_reached"
)
_TOOL_CALLS = "tool_calls tool_call tool_use function_call function_calls"
_CONTENT_FILTER = (
    "content_filter content_filtered refusal safety sensitive recitation blocklist "
    "prohibited_content spii guardrail_intervened content_policy content_policy_violation "
    "moderation image_safety blocked unsafe language"
)
_INTERRUPTED = (
    "abort aborted cancelled canceled interrupted pause_turn queued in_progress "
    "insufficient_system_resource network_error failed failure server_error timeout timed_out "
    "malformed_function_call unexpected_tool_call malformed_response other load unload"
)

_KNOWN = {
    word: reason
    for words, reason in (
        (_LENGTH, FinishReason.LENGTH),
        (_TOOL_CALLS, FinishReason.TOOL_CALLS),
        (_CONTENT_FILTER, FinishReason.CONTENT_FILTER),
        (_INTERRUPTED, FinishReason.INTERRUPTED),
    )
    for word in words.split()
}


def normalised(raw: str | None, *, has_calls: bool, refused: bool = False) -> FinishReason:
    """Return our word for `raw`; one that nobody knows means that the model stopped.

    An answer with tool calls wants them run, whatever word its server uses for that.
    """
    reason = _KNOWN.get((raw or "").strip().lower(), FinishReason.STOP)
    if reason is FinishReason.STOP and refused:
        return FinishReason.CONTENT_FILTER
    if reason is FinishReason.STOP and has_calls:
        return FinishReason.TOOL_CALLS
    if reason is FinishReason.TOOL_CALLS and not has_calls:
        return FinishReason.STOP
    return reason
