"""API keys as users paste them: what is taken off, what is refused, whose they are."""

import re

from desktop.core.errors import InvalidSetting
from desktop.llm.addresses import AROUND
from desktop.llm.hosts import PRESETS, Preset

_LABEL = re.compile(
    r"^(?:(?:export\s+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN)\s*=|authorization\s*:|x-api-key\s*:|bearer\s)",
    re.IGNORECASE,
)
_LONGEST = 4096  # servers refuse longer header lines anyway
_ASCII = 128
_OWNERS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"sk-ant-"), "anthropic", ""),
    (re.compile(r"sk-or-"), "openai_compatible", "OpenRouter"),
    (re.compile(r"gsk_"), "openai_compatible", "Groq"),
    (re.compile(r"tgp_"), "openai_compatible", "Together"),
    (re.compile(r"sk-[0-9a-f]{32}$"), "openai_compatible", "DeepSeek"),
    (re.compile(r"(?:xai|nvapi|pplx|csk)-|hf_|AIza"), "openai_compatible", ""),
    (re.compile(r"sk-"), "openai", ""),
)


def clean_key(text: str) -> str:
    """Return the key without what was pasted around it: spaces, quotes, `Bearer`, a name.

    Raises:
        InvalidSetting: what is left can't be a key; the text is not repeated in the message.
    """
    key = text.strip(AROUND)
    while (label := _LABEL.match(key)) is not None:
        key = key[label.end() :].strip(AROUND)
    fault = _fault_of(key)
    if fault is not None:
        raise InvalidSetting(
            f"The API key {fault}.",
            field="api_key",
            cure="Copy it again from the provider's page, alone and whole.",
        )
    return key


def _fault_of(key: str) -> str | None:
    if len(key) > _LONGEST:
        return "is far too long"
    if "\n" in key or "\r" in key:
        return "has a line break in it"
    if any(letter.isspace() for letter in key):
        return "has a space in it"
    if any(ord(letter) >= _ASCII for letter in key):
        return "has a letter that keys don't have, such as an accented or a Cyrillic one"
    if not key.isprintable():
        return "has an invisible control character in it"
    return None


def provider_of_key(key: str) -> str | None:
    """Return the provider that gives out keys like this one; None when that is not known."""
    return next((provider for shape, provider, _ in _OWNERS if shape.match(key)), None)


def preset_of_key(key: str) -> Preset | None:
    """Return the compatible server that gives out keys like this one, if it is a preset."""
    name = next((preset for shape, _, preset in _OWNERS if shape.match(key)), "")
    return next((preset for preset in PRESETS if preset.name == name), None)
