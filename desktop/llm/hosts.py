"""Facts about known hosts: where their API lies, what is only a web page, what to offer.

The paths are those of each provider's own reference.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

OPENAI_HOST = "api.openai.com"
ANTHROPIC_HOST = "api.anthropic.com"

DEFAULT_BASE_URLS = {
    "openai": f"https://{OPENAI_HOST}/v1",
    "anthropic": f"https://{ANTHROPIC_HOST}",
}
"""Where a provider is when no endpoint is set; a compatible server has no default."""

CHAT_PATHS = {
    OPENAI_HOST: "/v1",
    "api.cerebras.ai": "/v1",
    "api.cohere.ai": "/compatibility/v1",
    "api.cohere.com": "/compatibility/v1",
    "api.deepinfra.com": "/v1/openai",
    "api.deepseek.com": "",
    "api.fireworks.ai": "/inference/v1",
    "api.groq.com": "/openai/v1",
    "api.mistral.ai": "/v1",
    "api.moonshot.ai": "/v1",
    "api.perplexity.ai": "",
    "api.together.ai": "/v1",
    "api.together.xyz": "/v1",
    "api.x.ai": "/v1",
    "api.z.ai": "/api/paas/v4",
    "dashscope-intl.aliyuncs.com": "/compatible-mode/v1",
    "dashscope.aliyuncs.com": "/compatible-mode/v1",
    "generativelanguage.googleapis.com": "/v1beta/openai",
    "integrate.api.nvidia.com": "/v1",
    "models.github.ai": "/inference",
    "ollama.com": "/v1",
    "openrouter.ai": "/api/v1",
    "router.huggingface.co": "/v1",
}
"""The OpenAI-compatible path of known hosts; `.openai.azure.com` is in `chat_path`."""

MESSAGES_PATHS = {
    ANTHROPIC_HOST: "",
    "api.deepseek.com": "/anthropic",
    "api.moonshot.ai": "/anthropic",
    "api.z.ai": "/api/anthropic",
    "openrouter.ai": "/api",
}
"""Where known hosts speak Anthropic's dialect; the client adds `/v1/messages`."""

WEB_PAGES = {
    "chat.openai.com": DEFAULT_BASE_URLS["openai"],
    "chatgpt.com": DEFAULT_BASE_URLS["openai"],
    "openai.com": DEFAULT_BASE_URLS["openai"],
    "platform.openai.com": DEFAULT_BASE_URLS["openai"],
    "anthropic.com": DEFAULT_BASE_URLS["anthropic"],
    "claude.ai": DEFAULT_BASE_URLS["anthropic"],
    "console.anthropic.com": DEFAULT_BASE_URLS["anthropic"],
    "platform.claude.com": DEFAULT_BASE_URLS["anthropic"],
    "chat.deepseek.com": "https://api.deepseek.com",
    "platform.deepseek.com": "https://api.deepseek.com",
    "console.groq.com": "https://api.groq.com/openai/v1",
    "console.mistral.ai": "https://api.mistral.ai/v1",
}
"""Pages for people, which answer with HTML, and the address that was meant."""

KEYS_PAGES = {
    "openai": "https://platform.openai.com/api-keys",
    "anthropic": "https://platform.claude.com/settings/keys",
}
"""Where one gets a key of the providers themselves."""

_AZURE = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")


@dataclass(frozen=True, slots=True)
class Preset:
    """A server to offer; `<…>` in `base_url` is for the user to fill in.

    `keys_page` is where one gets a key, '' where none is needed or the server makes its own.
    """

    name: str
    base_url: str
    needs_key: bool
    keys_page: str = ""


PRESETS = (
    Preset("Ollama", "http://localhost:11434/v1", needs_key=False),
    Preset("LM Studio", "http://localhost:1234/v1", needs_key=False),
    Preset("llama.cpp", "http://localhost:8080/v1", needs_key=False),
    Preset("vLLM", "http://localhost:8000/v1", needs_key=False),
    Preset("Jan", "http://localhost:1337/v1", needs_key=True),
    Preset(
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        needs_key=True,
        keys_page="https://openrouter.ai/settings/keys",
    ),
    Preset(
        "Groq",
        "https://api.groq.com/openai/v1",
        needs_key=True,
        keys_page="https://console.groq.com/keys",
    ),
    Preset(
        "Mistral",
        "https://api.mistral.ai/v1",
        needs_key=True,
        keys_page="https://console.mistral.ai/api-keys",
    ),
    Preset(
        "DeepSeek",
        "https://api.deepseek.com",
        needs_key=True,
        keys_page="https://platform.deepseek.com/api_keys",
    ),
    Preset(
        "Together",
        "https://api.together.xyz/v1",
        needs_key=True,
        keys_page="https://api.together.ai/settings/api-keys",
    ),
    Preset(
        "Azure OpenAI",
        "https://<resource>.openai.azure.com/openai/v1",
        needs_key=True,
        keys_page="https://portal.azure.com/#view/Microsoft_Azure_ProjectOxford/CognitiveServicesHub/~/OpenAI",
    ),
)


def keys_page(provider: str, endpoint: str) -> str:
    """Return the page where one gets a key for the provider or server; '' for none known."""
    if provider in KEYS_PAGES:
        return KEYS_PAGES[provider]
    try:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
    except ValueError:  # half an address
        return ""
    host = parts.hostname or ""
    for preset in PRESETS:
        if host == urlsplit(preset.base_url).hostname or (
            is_azure(host) and "azure" in preset.base_url
        ):
            return preset.keys_page
    return ""


def is_azure(host: str) -> bool:
    """Tell whether `host` is a resource of Azure OpenAI or AI Foundry."""
    return host.endswith(_AZURE)


def chat_path(host: str) -> str | None:
    """Return where `host` speaks OpenAI's dialect; None when it is not a known one."""
    if is_azure(host):
        return "/openai/v1"
    return CHAT_PATHS.get(host)
