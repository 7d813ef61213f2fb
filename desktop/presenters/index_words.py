"""The state of search by meaning in words."""

from desktop.core.text import seconds_in_words
from desktop.presenters.library_view import IndexView
from desktop.services.meaning.state import IndexState, Phase

_CENT = 0.01


def index_view(state: IndexState) -> IndexView:
    """Say what the indexing does, what it costs and what can be done about it."""
    title, detail, action = _words(state)
    busy = state.phase in {Phase.WORKING, Phase.PAUSED, Phase.WAITING, Phase.STOPPED}
    return IndexView(
        title=title,
        detail=detail,
        action=action,
        share=state.share if busy else None,
        can_cancel=busy,
        is_problem=state.phase in {Phase.WAITING, Phase.STOPPED},
        history=state.history,
        speed=state.speed,
        has_choices=state.phase is not Phase.NOT_CONFIGURED,
    )


def _words(state: IndexState) -> tuple[str, str, str]:
    match state.phase:
        case Phase.NOT_CONFIGURED:
            why = str(state.error) if state.error else "Choose an embeddings model in Settings."
            return (
                "Search by meaning is not set up",
                f"{why} Until then search finds words, in chats and documents.",
                "Open Settings",
            )
        case Phase.OFFERED if not state.left.passages:
            return (
                "Find by meaning, not only by words",
                (
                    f"What you write and the documents you add would be sent to {state.model} at "
                    f"{state.host}, each once, and so would what you search for."
                ),
                "Begin",
            )
        case Phase.OFFERED:
            return (
                "Find by meaning, not only by words",
                (
                    f"{amount_in_words(state)} would be sent to {state.model} at {state.host}. "
                    f"{_price(state)} Later only what is new is sent, and what you search for."
                ),
                "Begin",
            )
        case Phase.MODEL_CHANGED if state.replaced:
            return (
                "Another model answers under the same name",
                (
                    f"What {state.host} gives for {state.model} does not fit the index any more, so "
                    f"search finds words only. Embedding everything again sends "
                    f"{amount_in_words(state)} to it. {_price(state)}"
                ),
                "Embed again",
            )
        case Phase.MODEL_CHANGED:
            return (
                "Another embeddings model is set up",
                (
                    f"Searches still use the index of {state.serving or 'the model before'}. To use "
                    f"{state.model}, {amount_in_words(state)} are sent to {state.host}. "
                    f"{_price(state)} The old index serves until the new one is complete."
                ),
                "Embed again",
            )
        case Phase.READY:
            but = f"All but {state.skipped:,} passages" if state.skipped else "Everything"
            return (f"{but} can be found by meaning", _ready(state), "")
        case _:
            return _at_work(state)


def _at_work(state: IndexState) -> tuple[str, str, str]:
    left = _left(state)
    match state.phase:
        case Phase.PAUSED:
            return "Paused", left, "Continue"
        case Phase.WAITING:
            wait = seconds_in_words(state.retry_seconds or 0)
            return (
                f"Waiting: {state.error.message if state.error else ''}",
                (f"It is tried again in {wait}. {left}"),
                "Try now",
            )
        case Phase.STOPPED:
            return "Stopped", f"{state.error} {left}", "Try again"
        case _:
            return f"Indexing, {state.share:.0%}", left, "Pause"


def amount_in_words(state: IndexState) -> str:
    """Say how much text there is: `1,204 passages (about 310,000 tokens)`."""
    left = state.left
    passages = f"{left.passages:,} passage" + ("" if left.passages == 1 else "s")
    waiting = " and what is still being read" if state.to_cut or state.to_read else ""
    return f"{passages} (about {rounded(left.tokens):,} tokens){waiting}"


def rounded(count: int) -> int:
    """Round to two digits: an estimate is not more exact."""
    digits = max(0, len(str(count)) - 2)
    return round(count, -digits)


def _price(state: IndexState) -> str:
    if state.price is None:
        return "What this costs is not known to Parley."
    return f"This costs {_dollars(state.price)}."


def _dollars(price: float) -> str:
    if not price:
        return "nothing"
    return "less than one cent" if price < _CENT else f"about ${price:,.2f}"


def _left(state: IndexState) -> str:
    parts: list[str] = []
    if state.to_read:
        parts.append(f"{state.to_read:,} documents to read.")
    if state.left.passages:
        cost = f", {_dollars(state.price)}," if state.price else ""
        parts.append(f"{amount_in_words(state)}{cost} left.")
    parts.append(_sent(state))
    return " ".join(part for part in parts if part)


def _ready(state: IndexState) -> str:
    skipped = f" The server refused {state.skipped:,}." if state.skipped else ""
    return (
        f"{state.done:,} passages, embedded with {state.model} at {state.host}."
        f"{skipped} {_sent(state)}"
    ).strip()


def _sent(state: IndexState) -> str:
    if not state.sent_tokens:
        return ""
    cost = f", {_dollars(state.spent)}" if state.spent else ""
    return f"Sent since Parley started: about {rounded(state.sent_tokens):,} tokens{cost}."
