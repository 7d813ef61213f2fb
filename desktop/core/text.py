"""Rules about text: titles, durations, sizes and paths."""

from pathlib import Path

TITLE_LENGTH = 60
_KILO = 1_000


def title_from(text: str) -> str:
    """Make a conversation's title from its first question: one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH].rsplit(" ", 1)[0]
    return cut.rstrip(" ,.;:") + "…"


def seconds_in_words(seconds: float) -> str:
    """Say how long: `4 s`, `2 min`, `1 h 5 min`."""
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{whole} s"


def size_in_words(size: int) -> str:
    """Say how many bytes: `512 bytes`, `4 KB`, `1.5 MB`, `2.3 GB` (a KB is 1,000 bytes)."""
    amount, places = float(size), 0
    for unit in ("bytes", "KB", "MB", "GB"):
        if round(amount) < _KILO or unit == "GB":
            return f"{amount:.{places}f} {unit}"
        amount, places = amount / _KILO, int(unit != "bytes")
    raise AssertionError("the last unit always fits")


def shown_path(path: Path) -> str:
    """Write a path as people do: what is below their own folder begins with `~`."""
    try:
        home = Path.home()
    except RuntimeError:  # the system does not know one
        return str(path)
    return str(Path("~", path.relative_to(home))) if path.is_relative_to(home) else str(path)
