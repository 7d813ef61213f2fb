"""What users paste, and the base URL, origin and warning that come of it."""

import pytest

from desktop.core.errors import InvalidSetting
from desktop.llm.endpoints import base_url, is_loopback, key_origin, neighbour, warning_for
from desktop.llm.hosts import PRESETS, Preset, keys_page

CHAT = [
    ("http://localhost:11434", "http://localhost:11434/v1"),
    ("http://localhost:11434/", "http://localhost:11434/v1"),
    ("http://localhost:11434/v1", "http://localhost:11434/v1"),
    ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
    ("http://localhost:11434/api", "http://localhost:11434/v1"),
    ("http://localhost:11434/api/chat", "http://localhost:11434/v1"),
    ("http://localhost:11434/api/tags", "http://localhost:11434/v1"),
    ("localhost:11434", "http://localhost:11434/v1"),
    ("localhost", "http://localhost/v1"),
    ("127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
    ("0.0.0.0:8000", "http://127.0.0.1:8000/v1"),
    ("[::1]:8080", "http://[::1]:8080/v1"),
    ("http://[::]:8080/v1", "http://[::1]:8080/v1"),
    ("192.168.1.20:1234", "http://192.168.1.20:1234/v1"),
    ("ollama:11434", "http://ollama:11434/v1"),
    ("nas.local:1234/v1", "http://nas.local:1234/v1"),
    ("http://localhost:1234/api/v0", "http://localhost:1234/v1"),
    ("http://localhost:1234/api/v0/models", "http://localhost:1234/v1"),
    ("http://localhost:3000/api/chat/completions", "http://localhost:3000/api"),
    ("//localhost:8080", "http://localhost:8080/v1"),
    ("api.groq.com", "https://api.groq.com/openai/v1"),
    ("https://api.groq.com/openai", "https://api.groq.com/openai/v1"),
    ("https://api.groq.com/v1", "https://api.groq.com/openai/v1"),
    ("https://api.groq.com/openai/v1/chat/completions", "https://api.groq.com/openai/v1"),
    ("https://openrouter.ai", "https://openrouter.ai/api/v1"),
    ("https://openrouter.ai/api", "https://openrouter.ai/api/v1"),
    ("openrouter.ai/api/v1/models", "https://openrouter.ai/api/v1"),
    ("https://api.deepseek.com", "https://api.deepseek.com"),
    ("https://api.deepseek.com/v1", "https://api.deepseek.com"),
    ("https://api.deepseek.com/beta", "https://api.deepseek.com/beta"),
    ("https://api.mistral.ai/v1/chat/completions", "https://api.mistral.ai/v1"),
    (
        "https://generativelanguage.googleapis.com/v1beta",
        "https://generativelanguage.googleapis.com/v1beta/openai",
    ),
    ("https://me.openai.azure.com", "https://me.openai.azure.com/openai/v1"),
    (
        "https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
        "https://me.openai.azure.com/openai/v1",
    ),
    (
        "https://me.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
        "https://me.services.ai.azure.com/openai/v1",
    ),
    ("HTTPS://API.OpenAI.com/V1/Responses", "https://api.openai.com/v1"),
    ("https://api.openai.com", "https://api.openai.com/v1"),
    ("https://api.openai.com/v1/embeddings", "https://api.openai.com/v1"),
    ("https://api.together.xyz/v1//chat/completions/", "https://api.together.xyz/v1"),
    ("https://gateway.example.com/team/llm", "https://gateway.example.com/team/llm"),
    ("https://gateway.example.com/team/llm/", "https://gateway.example.com/team/llm"),
    ("https://gateway.example.com/v1?tenant=7", "https://gateway.example.com/v1?tenant=7"),
    ("https://gateway.example.com/v1#setup", "https://gateway.example.com/v1"),
    ("https://gateway.example.com:443/v1", "https://gateway.example.com:443/v1"),
    ("https://gateway.example.com.", "https://gateway.example.com/v1"),
    ("gateway.example.com:8443", "https://gateway.example.com:8443/v1"),
    ("  https://gateway.example.com/v1 \n", "https://gateway.example.com/v1"),
    ('"https://gateway.example.com/v1"', "https://gateway.example.com/v1"),
    ("\u201chttps://gateway.example.com/v1\u201d,", "https://gateway.example.com/v1"),
    ("\ufeffhttps://gateway.example.com/v1", "https://gateway.example.com/v1"),
    ("<https://gateway.example.com/v1>", "https://gateway.example.com/v1"),
    ("http://https://gateway.example.com/v1", "https://gateway.example.com/v1"),
    ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1"),
    ("local://smollm2-135m-instruct", "local://smollm2-135m-instruct"),
]

MESSAGES = [
    (None, "https://api.anthropic.com"),
    ("", "https://api.anthropic.com"),
    ("https://api.anthropic.com/v1", "https://api.anthropic.com"),
    ("https://api.anthropic.com/v1/messages", "https://api.anthropic.com"),
    ("https://api.anthropic.com/v1/messages/count_tokens", "https://api.anthropic.com"),
    ("https://gateway.example.com/anthropic/v1/", "https://gateway.example.com/anthropic"),
    ("https://api.deepseek.com", "https://api.deepseek.com/anthropic"),
    ("https://openrouter.ai/api/v1", "https://openrouter.ai/api"),
    ("localhost:8080", "http://localhost:8080"),
]

REFUSED = [
    "http://user:secret@example.com/v1",
    "https://example.com@evil.example/v1",
    "https://api.openai.com\\@evil.example",
    "ftp://example.com",
    "file:///etc/passwd",
    "ws://localhost:1",
    "http:/localhost:8080",
    "https:example.com",
    "http://",
    "http://localhost:99999",
    "http://localhost:port",
    "http://::1:8080",
    "http://[::1",
    "my server",
    "http://local host/v1",
    "http://localhost/v1\nhttp://evil.example",
    "http://localhost/\x00",
    "https://exa%6dple.com",
    "https://-example.com",
    "https://example..com",
    "https://\ufb1d.example\u2024",
    "https://" + "a" * 3000 + ".example",
    "https://<resource>.openai.azure.com/openai/v1",
    "https://platform.openai.com/api-keys",
    "https://www.openai.com",
    "chatgpt.com",
]


@pytest.mark.parametrize(("pasted", "expected"), CHAT)
def test_pasted_addresses_become_base_urls(pasted: str, expected: str) -> None:
    assert base_url("openai_compatible", pasted) == expected
    assert base_url("openai_compatible", expected) == expected, "not stable"


@pytest.mark.parametrize(("pasted", "expected"), MESSAGES)
def test_anthropic_addresses_lose_what_the_sdk_adds(pasted: str | None, expected: str) -> None:
    assert base_url("anthropic", pasted) == expected
    assert base_url("anthropic", expected) == expected, "not stable"


@pytest.mark.parametrize("pasted", REFUSED)
def test_impossible_addresses_are_refused_in_plain_words(pasted: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        base_url("openai_compatible", pasted)

    assert caught.value.field == "endpoint"
    assert caught.value.cure.endswith(".")
    assert "secret" not in str(caught.value)


def test_a_provider_without_endpoint_has_its_own_address() -> None:
    assert base_url("openai", None) == "https://api.openai.com/v1"
    assert base_url("openai", "   ") == "https://api.openai.com/v1"


def test_a_compatible_server_needs_an_address() -> None:
    with pytest.raises(InvalidSetting, match="missing"):
        base_url("openai_compatible", None)


def test_openais_address_is_refused_for_anthropic() -> None:
    with pytest.raises(InvalidSetting, match="OpenAI"):
        base_url("anthropic", "https://api.openai.com/v1")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_presets_are_base_urls_once_filled_in(preset: Preset) -> None:
    address = preset.base_url.replace("<resource>", "mine")
    assert base_url("openai_compatible", address) == address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:1", True),
        ("http://x.localhost/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://[::ffff:127.0.0.1]/v1", True),
        ("http://0.0.0.0:80", True),
        ("local://demo", True),
        ("http://192.168.1.2/v1", False),
        ("https://localhost.example.com/v1", False),
        ("https://127.0.0.1.example.com", False),
    ],
)
def test_loopback_is_told_from_the_network(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://example.com/v1", True),
        ("http://8.8.8.8/v1", True),
        ("https://example.com/v1", False),
        ("http://localhost:11434/v1", False),
        ("http://10.1.2.3/v1", False),
        ("http://100.101.2.3/v1", False),
        ("http://nas.lan/v1", False),
        ("local://demo", False),
    ],
)
def test_plain_http_over_the_internet_is_warned_of(url: str, warned: bool) -> None:
    assert (warning_for(url) is not None) is warned


@pytest.mark.parametrize(
    ("provider", "endpoint", "expected"),
    [
        ("openai", None, "https://api.openai.com"),
        ("anthropic", None, "https://api.anthropic.com"),
        ("anthropic", "https://gateway.example.com/a", "https://gateway.example.com"),
        ("openai_compatible", "localhost:11434", "http://localhost:11434"),
        ("openai_compatible", "https://GATEWAY.example.com:443/x", "https://gateway.example.com"),
        ("openai_compatible", "local://demo", "local://demo"),
    ],
)
def test_keys_are_bound_to_the_origin(provider: str, endpoint: str | None, expected: str) -> None:
    assert key_origin(provider, endpoint) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:3000/api", "http://localhost:3000/api/v1"),
        ("http://localhost:3000/api/v1", "http://localhost:3000/api"),
        ("https://x.example/llm?team=7", "https://x.example/llm/v1?team=7"),
        ("http://localhost:8080/v1", None),
        ("https://api.openai.com/v1", None),
    ],
)
def test_the_address_next_door(url: str, expected: str | None) -> None:
    assert neighbour(url) == expected


@pytest.mark.parametrize(
    ("provider", "endpoint", "page"),
    [
        ("openai", "", "https://platform.openai.com/api-keys"),
        ("anthropic", "https://gateway.example", "https://platform.claude.com/settings/keys"),
        (
            "openai_compatible",
            "https://openrouter.ai/api/v1",
            "https://openrouter.ai/settings/keys",
        ),
        ("openai_compatible", "api.groq.com/openai/v1", "https://console.groq.com/keys"),
        ("openai_compatible", "http://localhost:11434/v1", ""),
        ("openai_compatible", "https://nobody.example/v1", ""),
        ("openai_compatible", "http://[broken", ""),
        ("openai_compatible", "", ""),
    ],
)
def test_the_page_where_one_gets_a_key(provider: str, endpoint: str, page: str) -> None:
    assert keys_page(provider, endpoint) == page


def test_the_page_for_keys_of_azure_is_found_for_every_resource() -> None:
    page = keys_page("openai_compatible", "https://mine.openai.azure.com/openai/v1")

    assert page.startswith("https://portal.azure.com")
