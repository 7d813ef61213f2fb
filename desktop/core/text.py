"""Rules about text: titles and durations."""

TITLE_LENGTH = 60


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
