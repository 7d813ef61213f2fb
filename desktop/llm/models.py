"""Which models a server has, what they can, and which to offer."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from desktop.llm.abilities import reads_documents, reads_images
from desktop.llm.base import ModelInfo
from desktop.llm.families import reasons
from desktop.llm.hosts import OPENAI_HOST
from desktop.llm.jsonvalues import JSONObject, as_list, as_object, as_text
from desktop.llm.model_fields import (
    Kind,
    context_of,
    created_of,
    display_name_of,
    id_of,
    kind_by_name,
    kind_of,
    output_limit_of,
    price_of,
    reasoning_of,
    retires_of,
)
from desktop.llm.prices import facts_of

_LISTS = ("data", "models", "result", "items")
_OPENAI_CHAT = re.compile(r"^(?:ft:)?(?:gpt-\d|chatgpt-|o\d)")
_OPENAI_NAME = re.compile(
    r"^(?:ft:)?(?:gpt-|chatgpt-|o\d|whisper|tts-|dall-e|omni-|sora|babbage|davinci|computer-use)"
)
_OPENAI_OTHER = re.compile(
    r"audio|realtime|live|transcri|translat|tts|whisper|image|dall-e|search|instruct|moderation"
    r"|video|sora|computer-use|deep-research|-cyber|rosalind|-law|babbage|davinci"
)
_SNAPSHOT = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{4})$")
_GPT = re.compile(r"^gpt-(\d[\w.]*)((?:-[a-z]+)*)(?:-(\d{4}-\d{2}-\d{2}))?$")
_FAMILY_NAMES = frozenset({"astra", "sol", "terra", "luna"})


def parse_models(
    payload: object, *, provider: str, host: str, today: date | None = None
) -> list[ModelInfo]:
    """Read a server's answer to `GET /models`; entries without a name are passed over.

    `payload` is the decoded JSON, of any shape; without a list in it the result is empty.
    OpenAI's models come newest first, without retired ones and without dated snapshots of
    one that is there under its plain name; those that neither chat nor embed are of kind
    `other`. Compatible servers keep their order. The first call reads the price data,
    about 0.3 s: make it in a thread.
    """
    entries = _entries(payload)
    if provider == "openai":
        return _openai(entries, host, today or datetime.now(UTC).date())
    if provider == "anthropic":
        entries = [entry for entry in entries if entry.get("lifecycle") != "retired"]
    return [_model(entry, host) for entry in entries]


def _entries(payload: object) -> list[JSONObject]:
    """Return the entries in whichever list the server has, each id once."""
    listed = as_list(payload)
    if isinstance(payload, dict):
        lists = (as_list(as_object(payload).get(name)) for name in _LISTS)
        listed = next((found for found in lists if found), listed)
    found: dict[str, JSONObject] = {}
    for item in listed:
        entry = {"id": item} if isinstance(item, str) else as_object(item)
        found.setdefault(id_of(entry), entry)
    found.pop("", None)
    return list(found.values())


def _model(entry: JSONObject, host: str) -> ModelInfo:
    model_id = id_of(entry)
    facts = facts_of(model_id, host=host)
    input_price = price_of(entry, "prompt", "input")
    output_price = price_of(entry, "completion", "output")
    return ModelInfo(
        id=model_id,
        display_name=display_name_of(entry, model_id),
        kind=kind_of(entry, model_id),
        context_window=context_of(entry) or facts.context_window,
        max_output_tokens=output_limit_of(entry) or _anthropic_limit(entry),
        input_price=facts.input_price if input_price is None else input_price,
        output_price=facts.output_price if output_price is None else output_price,
        retires=retires_of(entry),
        reasoning=reasoning_of(entry),
        images=reads_images(host, model_id, entry),
        documents=reads_documents(host, model_id, entry),
    )


def _anthropic_limit(entry: JSONObject) -> int | None:
    """Return Anthropic's `max_tokens`, which elsewhere means other things."""
    limit = entry.get("max_tokens")
    return limit if "max_input_tokens" in entry and isinstance(limit, int) else None


def _openai(entries: list[JSONObject], host: str, today: date) -> list[ModelInfo]:
    newest_first = sorted(entries, key=created_of, reverse=True)
    models = [_openai_model(entry, host) for entry in newest_first]
    ids = {model.id for model in models}
    return [
        model
        for model in models
        if not _is_retired(model, today) and _SNAPSHOT.sub("", model.id) not in ids - {model.id}
    ]


def _openai_model(entry: JSONObject, host: str) -> ModelInfo:
    model = _model(entry, host)
    named = as_text(entry.get("display_name"))
    return replace(
        model,
        kind=_openai_kind(model.id, host),
        display_name=named or openai_display_name(model.id),
        reasoning=reasons(host, model.id),
    )


def _openai_kind(model_id: str, host: str) -> Kind:
    """Tell kinds apart by name, as OpenAI's list says nothing; gateways may add any name."""
    own = host == OPENAI_HOST
    if (own or _OPENAI_NAME.match(model_id)) and _OPENAI_OTHER.search(model_id):
        return "other"
    kind = kind_by_name(model_id)
    return "other" if own and kind == "chat" and not _OPENAI_CHAT.match(model_id) else kind


def _is_retired(model: ModelInfo, today: date) -> bool:
    return model.retires is not None and model.retires <= today.isoformat()


def openai_display_name(model_id: str) -> str:
    """Return an id of OpenAI as its pages write it: `gpt-6.1-sol` → `GPT-6.1 Sol`."""
    found = _GPT.match(model_id)
    if found is None:
        return model_id
    words = [word.title() if word in _FAMILY_NAMES else word for word in found[2].split("-")]
    snapshot = f" ({found[3]})" if found[3] else ""
    return f"GPT-{found[1]}{' '.join(words)}{snapshot}"
