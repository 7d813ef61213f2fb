"""The branch on screen as a text to read: Markdown, and a page of HTML that loads nothing."""

import html
from base64 import b64encode
from collections.abc import Sequence
from uuid import UUID

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from desktop.core.content import ContentPart, DocumentPart, ImagePart, Role, TextPart
from desktop.core.conversation import Conversation, Message
from desktop.core.sources import SentPassage
from desktop.storage.importing import NO_PASSAGES, Passages
from desktop.storage.tree import in_order

_NAMES = {Role.USER: "You", Role.ASSISTANT: "Assistant", Role.SYSTEM: "System", Role.TOOL: "Tool"}
_NESTING = 100
_SAFE = ("http://", "https://", "mailto:")

# The policy keeps a browser from fetching anything, whatever an answer contains.
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1b1f; background: #fff; }}
h1 {{ font-size: 1.5rem; }}
.who {{ font-weight: 600; margin-top: 2rem; }} .when {{ color: #70707a; font-weight: 400; }}
.user {{ background: #f1f1f4; border-radius: 12px; padding: .2rem 1rem; }}
pre {{ background: #f6f6f7; border-radius: 8px; padding: .8rem; overflow-x: auto; }}
code {{ font-family: ui-monospace, monospace; font-size: .9em; }}
table {{ border-collapse: collapse; }} td, th {{ border: 1px solid #ccc; padding: .3rem .6rem; }}
blockquote {{ border-left: 3px solid #ccc; margin-left: 0; padding-left: 1rem; color: #63636d; }}
img {{ max-width: 100%; }}
.sources {{ list-style: none; padding-left: 0; color: #63636d; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #ececf1; background: #18181c; }} .user, pre {{ background: #26262c; }}
  .sources {{ color: #a0a0aa; }}
}}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def branch_on_screen(conversation: Conversation, messages: Sequence[Message]) -> list[Message]:
    """Return the branch that the conversation shows; the whole of it where that is not known."""
    by_id: dict[UUID, Message] = {message.id: message for message in messages}
    leaf = conversation.leaf_id
    return list(messages) if leaf is None or leaf not in by_id else in_order(by_id, leaf)


def to_markdown(
    conversation: Conversation, messages: Sequence[Message], passages: Passages = NO_PASSAGES
) -> str:
    """Return the branch on screen as Markdown, with what each answer could cite."""
    blocks = [f"# {_line(conversation.title)}"]
    if conversation.system_prompt:
        blocks += ["## Instructions", conversation.system_prompt]
    for message in branch_on_screen(conversation, messages):
        blocks.append(f"## {_who(message)} · {message.created_at:%Y-%m-%d %H:%M}")
        blocks += [_as_markdown(part) for part in message.parts]
        blocks += _sources_as_markdown(passages.get(message.id, ()))
        if message.error is not None:
            blocks.append(f"*{_line(message.error.message)}*")
    return "\n\n".join(block.strip("\n") for block in blocks) + "\n"


def to_html(
    conversation: Conversation, messages: Sequence[Message], passages: Passages = NO_PASSAGES
) -> str:
    """Return the branch on screen as one page of HTML that loads nothing from anywhere."""
    markdown = _renderer()
    blocks: list[str] = []
    if conversation.system_prompt:
        blocks += ['<p class="who">Instructions</p>', _paragraphs(conversation.system_prompt)]
    for message in branch_on_screen(conversation, messages):
        when = f"{message.created_at:%Y-%m-%d %H:%M}"
        who = html.escape(_who(message))
        blocks.append(f'<p class="who">{who} <span class="when">{when}</span></p>')
        parts = [_as_html(part, message.role, markdown) for part in message.parts]
        parts += [_sources_as_html(passages.get(message.id, ()))]
        kind = "user" if message.role is Role.USER else "answer"
        blocks.append(f'<div class="{kind}">{"".join(parts)}</div>')
        if message.error is not None:
            blocks.append(f"<p><em>{html.escape(message.error.message)}</em></p>")
    return _PAGE.format(title=html.escape(_line(conversation.title)), body="\n".join(blocks))


def _who(message: Message) -> str:
    name = _NAMES[message.role]
    return f"{name} ({_line(message.model)})" if message.model else name


def _line(text: str) -> str:
    return " ".join(text.split())


def _as_markdown(part: ContentPart) -> str:
    match part:
        case TextPart():
            return part.text
        case ImagePart():
            return "[A picture]"
        case DocumentPart():
            return f"[The file {_line(part.name)}]"


def _sources_as_markdown(passages: Sequence[SentPassage]) -> list[str]:
    lines = [f"- [{each.number}] {_line(_title(each))}" for each in passages]
    return ["Sources:", "\n".join(lines)] if lines else []


def _sources_as_html(passages: Sequence[SentPassage]) -> str:
    lines = [f"<li>[{each.number}] {html.escape(_line(_title(each)))}</li>" for each in passages]
    return f'<p>Sources:</p><ul class="sources">{"".join(lines)}</ul>' if lines else ""


def _title(passage: SentPassage) -> str:
    return ", ".join(filter(None, (passage.title, passage.place)))


def _as_html(part: ContentPart, role: Role, markdown: MarkdownIt) -> str:
    match part:
        case TextPart() if role is Role.ASSISTANT:
            return str(markdown.render(part.text))
        case TextPart():
            return _paragraphs(part.text)
        case ImagePart():
            try:
                data = b64encode(part.data).decode("ascii")
            except OSError:  # its file was taken away by hand
                return "<p>[A picture whose file is gone]</p>"
            return f'<p><img alt="A picture" src="data:{html.escape(part.media_type)};base64,{data}"></p>'
        case DocumentPart():
            return f"<p>[The file {html.escape(part.name)}]</p>"


def _paragraphs(text: str) -> str:
    found = html.escape(text).split("\n\n")
    return "".join(f"<p>{each.strip().replace(chr(10), '<br>')}</p>" for each in found)


class _Renderer(RendererHTML):
    """Writes a picture as a link: nothing is fetched because a page is opened."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return the link."""
        token = tokens[idx]
        url = html.escape(str(token.attrs.get("src", "")))
        return f'<a href="{url}">{html.escape(token.content or "A picture")}</a>'


def _renderer() -> MarkdownIt:
    options = {"html": False, "maxNesting": _NESTING, "breaks": True}
    markdown = MarkdownIt("commonmark", options, renderer_cls=_Renderer)
    markdown.enable(["table", "strikethrough"])
    markdown.validateLink = lambda url: url.lower().startswith(_SAFE)
    return markdown
