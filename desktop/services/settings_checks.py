"""Whether what was entered can be saved: rules that need neither the network nor the disk."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from desktop.core.connection import local_model_name
from desktop.core.errors import InvalidSetting
from desktop.llm.endpoints import base_url
from desktop.llm.factory import LLMProvider
from desktop.llm.keys import clean_key
from desktop.local.model_file import short_name
from desktop.services.settings_values import (
    CompletionsChange,
    EmbeddingsChange,
    KeyAction,
    KeyChange,
)

MAX_TOKENS = 2_000_000
MAX_TEMPERATURE = 2.0
_MAX_MODEL_LENGTH = 200

EMBEDDINGS_FIELDS = "embeddings."
"""What the fields of `EmbeddingsChange` begin with in an `InvalidSetting`."""

Change = TypeVar("Change", CompletionsChange, EmbeddingsChange)


def clean_completions(change: CompletionsChange) -> tuple[CompletionsChange, list[InvalidSetting]]:
    """Return `change` with its texts cleaned, and all that is wrong with it."""
    steps = (_clean_key, _clean_completions_endpoint, _clean_model, _check_numbers)
    return _run(change, steps)


def clean_embeddings(change: EmbeddingsChange) -> tuple[EmbeddingsChange, list[InvalidSetting]]:
    """Return `change` with its texts cleaned, and all that is wrong with it.

    The fields named in the errors begin with `EMBEDDINGS_FIELDS`.
    """
    steps = (_clean_embeddings_key, _clean_embeddings_endpoint, _clean_embedding_model)
    cleaned, problems = _run(change, steps)
    return cleaned, [for_embeddings(problem) for problem in problems]


def for_embeddings(problem: InvalidSetting) -> InvalidSetting:
    """Return `problem` as one of a field of the embeddings."""
    return InvalidSetting(
        problem.message, field=EMBEDDINGS_FIELDS + problem.field, cure=problem.cure
    )


def own_endpoint(provider: LLMProvider, endpoint: str | None) -> str | None:
    """Return what to store as the endpoint: None where it is the provider's own address.

    Raises:
        InvalidSetting: it is no address, or missing for a compatible server.
    """
    url = base_url(provider, endpoint)
    if provider is not LLMProvider.OPENAI_COMPATIBLE and url == base_url(provider, None):
        return None
    return url


def _run(
    change: Change, steps: Sequence[Callable[[Change], Change]]
) -> tuple[Change, list[InvalidSetting]]:
    problems: list[InvalidSetting] = []
    for step in steps:
        try:
            change = step(change)
        except InvalidSetting as problem:
            problems.append(problem)
    return change, problems


def _key(key: KeyChange) -> KeyChange:
    if isinstance(key, KeyAction):
        return key
    return clean_key(key) if key.strip() else KeyAction.KEEP


def _model(model: str, example: str) -> str:
    model = model.strip()
    if not model:
        raise InvalidSetting("No model is chosen.", field="model", cure=example)
    if not model.isprintable() or len(model) > _MAX_MODEL_LENGTH:
        raise InvalidSetting(
            "The model's name has a line break in it or is far too long.",
            field="model",
            cure="Enter the id alone, as the provider writes it.",
        )
    return model


def _clean_key(change: CompletionsChange) -> CompletionsChange:
    return replace(change, api_key=_key(change.api_key))


def _clean_completions_endpoint(change: CompletionsChange) -> CompletionsChange:
    return replace(change, endpoint=own_endpoint(change.provider, change.endpoint))


def _clean_model(change: CompletionsChange) -> CompletionsChange:
    if change.is_local and not change.model.strip():
        return replace(change, model=short_name(local_model_name(change.endpoint or "")))
    return replace(change, model=_model(change.model, "Choose one from the list or type its id."))


def _check_numbers(change: CompletionsChange) -> CompletionsChange:
    if not 1 <= change.max_tokens <= MAX_TOKENS:
        raise InvalidSetting(
            "The longest answer must be at least one token.",
            field="max_tokens",
            cure=f"Enter a number between 1 and {MAX_TOKENS}.",
        )
    if change.temperature is not None and not 0 <= change.temperature <= MAX_TEMPERATURE:
        raise InvalidSetting(
            "The temperature is out of range.",
            field="temperature",
            cure="Enter a number between 0 and 2, or leave it to the provider.",
        )
    return change


def _clean_embeddings_key(change: EmbeddingsChange) -> EmbeddingsChange:
    return replace(change, api_key=_key(change.api_key))


def _clean_embeddings_endpoint(change: EmbeddingsChange) -> EmbeddingsChange:
    return replace(change, endpoint=own_endpoint(LLMProvider.OPENAI, change.endpoint))


def _clean_embedding_model(change: EmbeddingsChange) -> EmbeddingsChange:
    return replace(
        change, model=_model(change.model, "Choose one, such as text-embedding-3-small.")
    )
