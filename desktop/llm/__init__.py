"""Provider clients; importing this package loads no SDK.

The clients and embeddings are imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.base import (
    BaseLLMClient,
    ContentPart,
    DocumentPart,
    FinishReason,
    ImagePart,
    LLMMessage,
    LLMResponse,
    LLMStreamChunk,
    ModelInfo,
    Role,
    StreamStatus,
    TextPart,
    ToolCall,
    ToolDefinition,
    Usage,
)
from desktop.llm.factory import (
    CompletionsConfig,
    EmbeddingsConfig,
    LLMProvider,
    get_completions_config,
    get_embeddings_client,
    get_embeddings_config,
    get_llm_client,
)
from desktop.llm.network import Limits, NetworkOptions
from desktop.llm.policy_memory import PolicyMemory

if TYPE_CHECKING:
    from desktop.llm.anthropic_client import AnthropicClient
    from desktop.llm.embeddings import OpenAIEmbeddings
    from desktop.llm.openai_client import OpenAIClient

__all__ = [
    "AnthropicClient",
    "BaseLLMClient",
    "CompletionsConfig",
    "ContentPart",
    "DocumentPart",
    "EmbeddingsConfig",
    "ErrorKind",
    "FinishReason",
    "ImagePart",
    "LLMError",
    "LLMMessage",
    "LLMProvider",
    "LLMResponse",
    "LLMStreamChunk",
    "Limits",
    "ModelInfo",
    "NetworkOptions",
    "OpenAIClient",
    "OpenAIEmbeddings",
    "PolicyMemory",
    "Role",
    "StreamStatus",
    "TextPart",
    "ToolCall",
    "ToolDefinition",
    "Usage",
    "get_completions_config",
    "get_embeddings_client",
    "get_embeddings_config",
    "get_llm_client",
]

_LAZY = {
    "AnthropicClient": "desktop.llm.anthropic_client",
    "OpenAIClient": "desktop.llm.openai_client",
    "OpenAIEmbeddings": "desktop.llm.embeddings",
}


def __getattr__(name: str) -> Any:
    """Import what loads an SDK only when it is asked for (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
