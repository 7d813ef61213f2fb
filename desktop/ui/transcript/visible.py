"""Makes characters visible that hide text or change its order."""

import re

_FLAGS = "\U0001f3f4(?:\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073))\U000e007f"
_VARIATION = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_HIDDEN = re.compile(
    f"({_FLAGS})"  # England, Scotland, Wales: the only flags spelt in tag characters
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"  # joiners only join letters
    f"|(?<=[{_VARIATION}])[{_VARIATION}]"  # one selector picks a glyph, a row of them hides bytes
)


def hidden_characters(text: str) -> list[tuple[int, str]]:
    """Find what must be shown by its number: positions and the characters there.

    These are control characters, bidirectional overrides (CVE-2021-42574), tag
    characters and zero-width ones that neither an emoji nor a script needs.
    """
    if text.isascii() and text.isprintable():
        return []
    return [(m.start(), m[0]) for m in _HIDDEN.finditer(text) if m[1] is None]


def code_point(character: str) -> str:
    """Write a character as its number, such as ⟨U+202E⟩."""
    return f"⟨U+{ord(character):04X}⟩"


def reveal(text: str) -> str:
    """Replace each hidden character of `text` by its number."""
    return _HIDDEN.sub(lambda m: m[0] if m[1] else code_point(m[0]), text)
