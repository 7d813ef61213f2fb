"""What is said around a message's text: header, status, errors, figures."""

from datetime import datetime

from desktop.core.content import Content, DocumentPart, ImagePart, Role
from desktop.core.conversation import Message, MessageStatus
from desktop.core.errors import ErrorKind
from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.items.buttons import ButtonsSpec
from desktop.ui.transcript.items.card import CardSpec
from desktop.ui.transcript.items.factory import Spec
from desktop.ui.transcript.items.footer import FooterSpec
from desktop.ui.transcript.items.header import HeaderSpec
from desktop.ui.transcript.model import PictureBlock, TextBlock
from desktop.ui.transcript.wording import tr

CENTS = 0.1
"""US dollars from which a cost is told in whole cents."""

CURED_IN_SETTINGS = frozenset({
    ErrorKind.AUTH, ErrorKind.PERMISSION, ErrorKind.QUOTA, ErrorKind.MODEL_NOT_FOUND,
    ErrorKind.ENDPOINT_NOT_FOUND, ErrorKind.ENDPOINT_REDIRECT, ErrorKind.DNS, ErrorKind.REFUSED,
    ErrorKind.TLS, ErrorKind.PROXY, ErrorKind.UNSUPPORTED, ErrorKind.UNSUPPORTED_PARAMETER,
    "not_configured",
})  # fmt: skip
"""Errors that the settings window can do something about."""

NAMES = {
    Role.USER: "You",
    Role.ASSISTANT: "Assistant",
    Role.SYSTEM: "System",
    Role.TOOL: "Tool",
}


def header(message: Message) -> HeaderSpec:
    """Say who speaks, with which model and when."""
    time = local_time(message.created_at)
    return HeaderSpec(tr(NAMES[message.role]), message.model or "", time)


def local_time(moment: datetime) -> str:
    """Write a UTC time as the reader's clock shows it; the date too unless it is today."""
    local = moment.astimezone()
    today = datetime.now(local.tzinfo).date()
    return local.strftime("%H:%M") if local.date() == today else local.strftime("%d %b %Y, %H:%M")


def endings(message: Message, *, is_last: bool) -> list[Spec]:
    """Describe what stands below the text of a finished message; the last can be continued."""
    cards: list[Spec] = [CardSpec("warning", text) for text in message.warnings]
    if message.warning:
        cards.append(CardSpec("warning", message.warning))
    if message.sources:
        cards.append(_sources_card(message))
    status = _status_card(message, may_continue=is_last and bool(message.text))
    if status is not None:
        cards.append(status)
    if message.role is Role.ASSISTANT and message.text:
        cards.append(_footer(message))
    return cards


def _sources_card(message: Message) -> CardSpec:
    words = tr("One passage was sent with the question.")
    if message.sources > 1:
        words = tr("{count} passages were sent with the question.").format(count=message.sources)
    return CardSpec("muted", words, buttons=(ActionKind.SOURCES,))


def _status_card(message: Message, *, may_continue: bool) -> CardSpec | None:
    resume = (ActionKind.CONTINUE,) if may_continue else ()
    match message.status:
        case MessageStatus.STOPPED:
            return CardSpec("muted", tr("Stopped"), buttons=resume)
        case MessageStatus.INTERRUPTED:
            words = "Interrupted; the answer's first part was kept."
            if not message.text:
                words = "Interrupted before an answer came."
            return CardSpec("warning", tr(words), buttons=(*resume, ActionKind.RETRY))
        case MessageStatus.ERROR:
            return _error_card(message)
        case _:
            return _length_card(message, resume)


def _error_card(message: Message) -> CardSpec:
    error = message.error
    if error is None:
        return CardSpec("danger", tr("The answer failed."), buttons=(ActionKind.RETRY,))
    buttons = (ActionKind.RETRY,)
    if error.kind in CURED_IN_SETTINGS:
        buttons = (ActionKind.RETRY, ActionKind.SETTINGS)
    return CardSpec("danger", error.message, error.cure, buttons)


def _length_card(message: Message, resume: tuple[ActionKind, ...]) -> CardSpec | None:
    match message.finish_reason:
        case "length":
            return CardSpec(
                "warning",
                tr("The answer reached the limit of tokens and ends here."),
                tr("Raise “Max tokens” in the settings for longer answers."),
                (*resume, ActionKind.SETTINGS),
            )
        case "content_filter":
            return CardSpec("warning", tr("The provider's content filter ended this answer."))
        case _:
            return None


def _footer(message: Message) -> FooterSpec:
    kinds = (
        ActionKind.COPY_MESSAGE,
        ActionKind.REGENERATE,
        ActionKind.BRANCH,
        ActionKind.MORE,
    )
    return FooterSpec(figures(message), _buttons(message, kinds))


def buttons_beside(message: Message) -> ButtonsSpec:
    """Return the buttons beside a question."""
    return _buttons(message, (ActionKind.COPY_MESSAGE, ActionKind.EDIT, ActionKind.MORE))


def _buttons(message: Message, kinds: tuple[ActionKind, ...]) -> ButtonsSpec:
    return ButtonsSpec(kinds, message.sibling_index, message.sibling_count)


def figures(message: Message) -> str:
    """Write the tokens and the speed, as far as they are known."""
    tokens = message.usage.output_tokens if message.usage else None
    if not tokens:
        return ""
    words = [tr("1 token") if tokens == 1 else tr("{count} tokens").format(count=f"{tokens:,}")]
    seconds = ((message.duration_ms or 0) - (message.first_token_ms or 0)) / 1000
    if seconds > 0:
        words.append(tr("{speed} tok/s").format(speed=f"{tokens / seconds:,.0f}"))
    if message.first_token_ms:
        waited = f"{message.first_token_ms / 1000:,.1f}"
        words.append(tr("first word after {seconds} s").format(seconds=waited))
    cost = message.usage.cost if message.usage else None
    if cost is not None:
        words.append(f"${cost:,.2f}" if cost >= CENTS else f"${cost:.4f}")
    return " · ".join(words)


def reasoning_label(*, thinking: bool, seconds: float | None) -> str:
    """Name the reasoning, with how long it took where that is known."""
    if thinking:
        return tr("Thinking…")
    if seconds is None:
        return tr("Reasoning")
    return tr("Thought for {seconds} s").format(seconds=max(1, round(seconds)))


def attachments(message: Message) -> list[TextBlock | PictureBlock]:
    """Show the pictures and name the files of a message."""
    blocks: list[TextBlock | PictureBlock] = []
    for part in message.parts:
        match part:
            case ImagePart():
                words = f"[{tr('picture')}: {part.media_type}, {_size(part.content)}]"
                blocks.append(PictureBlock(part=part, words=words))
            case DocumentPart():
                words = f"[{tr('file')}: {part.name}, {_size(part.content)}]"
                blocks.append(TextBlock(source=words, literal=True, tight=True))
            case _:
                pass
    return blocks


def _size(content: Content) -> str:
    return f"{max(1, len(content) // 1000):,} kB"
