"""API keys as they are pasted."""

import pytest

from desktop.core.errors import InvalidSetting
from desktop.llm.keys import clean_key, preset_of_key, provider_of_key

KEY = "sk-proj-abcDEF_123-456"


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"  {KEY}\r\n",
        f'"{KEY}"',
        f"'{KEY}',",
        f"\u201c{KEY}\u201d",
        f"\ufeff{KEY}\u200b",
        f"`{KEY}`",
        f"Bearer {KEY}",
        f"bearer  {KEY}",
        f"Authorization: Bearer {KEY}",
        f"x-api-key: {KEY}",
        f"OPENAI_API_KEY={KEY}",
        f'export OPENAI_API_KEY="{KEY}"',
        f"api_key = '{KEY}'",
    ],
)
def test_k13_what_is_pasted_around_a_key_is_taken_off(pasted: str) -> None:
    assert clean_key(pasted) == KEY
    assert clean_key(clean_key(pasted)) == KEY


@pytest.mark.parametrize("nothing", ["", "  ", "\n", '""', "\ufeff"])
def test_no_key_stays_no_key(nothing: str) -> None:
    assert clean_key(nothing) == ""


@pytest.mark.parametrize(
    ("pasted", "reason"),
    [
        ("sk-secret\nsk-other", "line break"),
        ("sk-secret\r\nX-Evil: 1", "line break"),
        ("sk-secret other", "space"),
        ("sk-secret\tother", "space"),
        ("sk-secret\u00a0other", "space"),
        ("sk-s\u0435cret", "Cyrillic"),
        ("sk-secr\u00e9t", "accented"),
        ("sk-sec\u201cret", "letter"),
        ("sk-secret\x00other", "control"),
        ("sk-secret\x7fother", "control"),
        ("sk-secret" * 1200, "long"),
    ],
)
def test_k13_what_can_not_be_a_key_is_refused_with_a_reason(pasted: str, reason: str) -> None:
    with pytest.raises(InvalidSetting, match=reason) as caught:
        clean_key(pasted)

    assert caught.value.field == "api_key"
    assert "secret" not in str(caught.value)
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "provider", "preset"),
    [
        ("sk-ant-api03-x", "anthropic", None),
        ("sk-proj-x", "openai", None),
        ("sk-svcacct-x", "openai", None),
        ("sk-" + "a1B" * 16, "openai", None),
        ("sk-or-v1-x", "openai_compatible", "OpenRouter"),
        ("gsk_x", "openai_compatible", "Groq"),
        ("tgp_v1_x", "openai_compatible", "Together"),
        ("sk-" + "0123456789abcdef" * 2, "openai_compatible", "DeepSeek"),
        ("xai-x", "openai_compatible", None),
        ("AIzaSyX", "openai_compatible", None),
        ("something", None, None),
        ("", None, None),
    ],
)
def test_keys_tell_whose_they_are(key: str, provider: str | None, preset: str | None) -> None:
    found = preset_of_key(key)

    assert provider_of_key(key) == provider
    assert (found.name if found else None) == preset
