"""Context sizes and prices from the data that comes with genai-prices; never the network."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from desktop.core.content import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What is known of a model: tokens, and US dollars per million tokens; None if unknown."""

    context_window: int | None = None
    input_price: float | None = None
    output_price: float | None = None


def facts_of(model: str, *, host: str) -> ModelFacts:
    """Return what is known of `model` as `host` sells it; all None for unknown ones.

    The first call reads the data, about 0.3 s: make it in a thread.
    """
    from genai_prices.data_snapshot import get_snapshot

    try:
        _, found = get_snapshot().find_provider_model(model, None, None, f"https://{host}/")
    except LookupError:
        return ModelFacts()
    prices = found.get_prices(datetime.now(UTC))
    return ModelFacts(
        context_window=found.context_window,
        input_price=_dollars(prices.input_mtok),
        output_price=_dollars(prices.output_mtok),
    )


def cost_of(usage: Usage, model: str, *, host: str) -> float | None:
    """Return what an exchange cost in US dollars; None when model or usage are unknown."""
    import genai_prices

    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    counted = genai_prices.Usage(
        input_tokens=usage.input_tokens,
        cache_read_tokens=usage.cached_input_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        output_tokens=usage.output_tokens,
    )
    try:
        price = genai_prices.calc_price(counted, model, provider_api_url=f"https://{host}/")
    except (LookupError, ValueError):  # ValueError: counts that contradict each other
        return None
    return float(price.total_price)


def _dollars(price: Any) -> float | None:
    """Return a price per million tokens; of tiers, the one of short questions."""
    price = getattr(price, "base", price)
    return float(price) if isinstance(price, Decimal) else None
