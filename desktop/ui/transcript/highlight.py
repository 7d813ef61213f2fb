"""Syntax colours by Pygments, for languages it reads without getting lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token
from pygments.util import ClassNotFound

LONGEST_LINE = 1_000
SIZE_LIMIT = 60_000

LANGUAGES = frozenset({
    "awk", "bash", "c", "c++", "cmake", "cpp", "cs", "csharp", "css", "cxx", "dart", "diff",
    "docker", "dockerfile", "elixir", "erlang", "fish", "go", "golang", "graphql", "haskell",
    "html", "ini", "java", "javascript", "js", "json", "json5", "jsonc", "jsx", "kotlin", "latex",
    "less", "lua", "make", "makefile", "nginx", "objc", "ocaml", "perl", "php", "powershell",
    "protobuf", "ps1", "py", "python", "python3", "r", "rb", "rs", "ruby", "rust", "scss", "sh",
    "shell", "sql", "swift", "tex", "toml", "ts", "tsx", "typescript", "vim", "xml", "yaml", "yml",
    "zig", "zsh",
})  # fmt: skip
"""The languages that are coloured; the name of any other one is never looked up."""

_ALIASES = {"shell": "bash", "jsonc": "json", "json5": "json", "cxx": "cpp", "golang": "go"}

_ROLES = (
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Builtin, "builtin"),
    (Name.Class, "name"),
    (Name.Function, "name"),
    (Name.Tag, "name"),
    (Name.Decorator, "builtin"),
    (Name.Attribute, "builtin"),
    (String, "string"),
    (Number, "number"),
    (Token.Generic.Deleted, "danger"),
    (Token.Generic.Inserted, "success"),
)


@dataclass(frozen=True, slots=True)
class Colour:
    """`length` characters from `start` in the colour of a token, such as `keyword`."""

    start: int
    length: int
    token: str


def highlight(code: str, language: str) -> Iterator[Colour]:
    """Yield the colours of code in order, as they are found.

    Never guesses a language, and leaves alone what is too long or has too long lines:
    lexers are regular expressions and some take exponential time on hostile lines.
    """
    lexer = lexer_for(language) if language in LANGUAGES else None
    if lexer is None or not _is_tame(code):
        return
    for start, kind, text in lexer.get_tokens_unprocessed(code):
        role = _role(kind)
        # One for every token, so that whoever waits can stop after any of them.
        yield Colour(start, len(text) if role else 0, role or "text")


def _is_tame(code: str) -> bool:
    return len(code) <= SIZE_LIMIT and max(map(len, code.split("\n"))) <= LONGEST_LINE


@cache
def lexer_for(language: str) -> Lexer | None:
    """Load the lexer of a language in `LANGUAGES`; the first time takes up to 50 ms."""
    try:
        return find_lexer_class_by_name(_ALIASES.get(language, language))()
    except ClassNotFound:
        return None


@cache
def _role(kind: tuple[str, ...]) -> str | None:
    for parent, role in _ROLES:
        if kind[: len(parent)] == parent:
            return role
    return None
