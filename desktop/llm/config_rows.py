"""Read a stored configuration's row; what is impossible in it is told by field."""

from collections.abc import Mapping
from typing import Any

from desktop.core.errors import InvalidSetting
from desktop.llm.config import API, LLMProvider

Row = Mapping[str, Any]


def provider_of(row: Row) -> LLMProvider:
    """Return the provider; InvalidSetting for one that a newer version may have added."""
    try:
        return LLMProvider(row.get("provider"))
    except ValueError as error:
        raise InvalidSetting(
            "The saved settings name a provider that this version of Parley does not know.",
            field="provider",
            cure="Open Settings and choose one.",
        ) from error


def model_of(row: Row) -> str:
    """Return the model's id; InvalidSetting when there is none."""
    model = text_of(row, "model")
    if model is None:
        raise InvalidSetting(
            "No model is chosen.", field="model", cure="Open Settings and choose one."
        )
    return model


def api_of(row: Row) -> API:
    """Return which of OpenAI's APIs to use; `auto` when the row does not say."""
    value = row.get("api")
    return value if value in {"responses", "chat"} else "auto"


def text_of(row: Row, name: str) -> str | None:
    """Return text; None for the empty one and for anything else."""
    value = row.get(name)
    return value if isinstance(value, str) and value else None


def max_tokens_of(row: Row, *, default: int) -> int | None:
    """Return the answer's limit in tokens; None leaves it to the provider."""
    value = _number(row, "max_tokens", default)
    return None if value is None else int(value)


def temperature_of(row: Row, *, default: float) -> float | None:
    """Return the temperature; None leaves it to the provider."""
    return _number(row, "temperature", default)


def _number(row: Row, name: str, default: float) -> float | None:
    value = row.get(name, default)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise InvalidSetting(
            f"The saved {name.replace('_', ' ')} can't be used.",
            field=name,
            cure="Open Settings and enter a number.",
        )
    return value
