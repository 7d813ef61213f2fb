"""Join the parts of an answer that its provider paused and let go on."""

from collections.abc import Sequence
from dataclasses import fields, replace

from desktop.core.content import Usage
from desktop.llm.base import LLMResponse
from desktop.llm.jsonvalues import objects


def joined(responses: Sequence[LLMResponse]) -> LLMResponse:
    """Return one response: texts in a row, tokens summed, the end of the last one."""
    last = responses[-1]
    if len(responses) == 1:
        return last
    return replace(
        last,
        content="".join(response.content for response in responses),
        reasoning="".join(response.reasoning for response in responses),
        usage=_summed([response.usage for response in responses if response.usage]),
        warnings=tuple(dict.fromkeys(w for response in responses for w in response.warnings)),
        provider_state=_joined_state(responses),
    )


def _summed(usages: Sequence[Usage]) -> Usage | None:
    """Add up what every request cost; a count that nobody gave stays unknown."""
    if not usages:
        return None
    totals: dict[str, int] = {}
    for usage in usages:
        for name in (field.name for field in fields(usage)):
            count = getattr(usage, name)
            if count is not None:
                totals[name] = totals.get(name, 0) + count
    return Usage(**totals)


def _joined_state(responses: Sequence[LLMResponse]) -> dict[str, object] | None:
    """Put all blocks under the stamp of the first request, whose prefix they follow."""
    states = [response.provider_state for response in responses]
    if any(state is None for state in states):
        return None
    kept = [state for state in states if state is not None]
    blocks = [block for state in kept for block in objects(state.get("blocks"))]
    return {**kept[0], "blocks": blocks}
