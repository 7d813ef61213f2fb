"""Names for code that is saved as a file."""

_ENDINGS = {
    "bash": "sh", "c++": "cpp", "cs": "cs", "csharp": "cs", "cxx": "cpp", "docker": "dockerfile",
    "elixir": "ex", "erlang": "erl", "golang": "go", "haskell": "hs", "javascript": "js",
    "jsonc": "json", "kotlin": "kt", "latex": "tex", "makefile": "mk", "markdown": "md",
    "objc": "m", "ocaml": "ml", "perl": "pl", "powershell": "ps1", "protobuf": "proto",
    "python": "py", "python3": "py", "ruby": "rb", "rust": "rs", "shell": "sh", "text": "txt",
    "typescript": "ts", "yml": "yaml", "zsh": "sh",
}  # fmt: skip
_SHORT = 5


def file_name_for(language: str) -> str:
    """Suggest a name for code in `language`; what a model wrote there is never a path."""
    ending = _ENDINGS.get(language, language)
    is_plain = ending.isascii() and ending.isalnum() and len(ending) <= _SHORT
    return f"code.{ending if is_plain or language in _ENDINGS else 'txt'}"
