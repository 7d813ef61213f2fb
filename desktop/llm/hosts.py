"""Facts about known hosts: where their API lies, what is only a web page, what to offer.

The paths are those of each provider's own reference.
"""

from dataclasses import dataclass

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

_AZURE = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")


@dataclass(frozen=True, slots=True)
class Preset:
    """A server to offer; `<…>` in `base_url` is for the user to fill in."""

    name: str
    base_url: str
    needs_key: bool


PRESETS = (
    Preset("Ollama", "http://localhost:11434/v1", needs_key=False),
    Preset("LM Studio", "http://localhost:1234/v1", needs_key=False),
    Preset("llama.cpp", "http://localhost:8080/v1", needs_key=False),
    Preset("vLLM", "http://localhost:8000/v1", needs_key=False),
    Preset("Jan", "http://localhost:1337/v1", needs_key=True),
    Preset("OpenRouter", "https://openrouter.ai/api/v1", needs_key=True),
    Preset("Groq", "https://api.groq.com/openai/v1", needs_key=True),
    Preset("Mistral", "https://api.mistral.ai/v1", needs_key=True),
    Preset("DeepSeek", "https://api.deepseek.com", needs_key=True),
    Preset("Together", "https://api.together.xyz/v1", needs_key=True),
    Preset("Azure OpenAI", "https://<resource>.openai.azure.com/openai/v1", needs_key=True),
)


def is_azure(host: str) -> bool:
    """Tell whether `host` is a resource of Azure OpenAI or AI Foundry."""
    return host.endswith(_AZURE)


def chat_path(host: str) -> str | None:
    """Return where `host` speaks OpenAI's dialect; None when it is not a known one."""
    if is_azure(host):
        return "/openai/v1"
    return CHAT_PATHS.get(host)
