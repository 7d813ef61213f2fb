"""What is known of model families by their names, where no provider says it in data.

Sources: OpenAI's deployment checklist and the model lists in its SDK; Anthropic's
migration notes for API version 2026-10-21 and its pages on thinking.
"""

import re

from desktop.llm.hosts import OPENAI_HOST, is_azure

CLAUDE_TAKES_EFFORT = (4, 5)
_CLAUDE = re.compile(r"claude-(?:[a-z]+-)?(\d+)(?:[-.](\d{1,2})(?!\d))?")
_CLASSIC_GPT = re.compile(r"^(?:ft:)?(?:gpt-[34]|chatgpt-4|davinci|babbage)")
_NEWER_GPT = re.compile(r"^gpt-(?:5\.\d|[6-9]|\d{2})")
_REASONING = re.compile(
    r"(?:^|/)(?:o\d|gpt-(?:[5-9]|\d{2}|oss)|deepseek-r|qwq|magistral)|thinking|reason"
)
_REASONING_HOSTS = frozenset({"api.deepseek.com"})  # its models think unless told not to


def claude_version(model: str) -> tuple[int, int] | None:
    """Return major and minor version of a Claude model; None for all others."""
    found = _CLAUDE.search(model)
    return (int(found[1]), int(found[2] or 0)) if found else None


def is_openai(host: str) -> bool:
    """Tell whether `host` speaks OpenAI's own API, as distinct from one compatible with it."""
    return host == OPENAI_HOST or is_azure(host)


def reasons(host: str, model: str) -> bool:
    """Tell whether an OpenAI-style model spends output tokens on reasoning.

    On OpenAI's own host a family that is not known is taken for a reasoning one, as all
    new ones are; elsewhere only what the name says counts.
    """
    if host == OPENAI_HOST:
        return _CLASSIC_GPT.match(model) is None
    return host in _REASONING_HOSTS or _REASONING.search(model.lower()) is not None


def takes_effort(provider: str, host: str, model: str) -> bool:
    """Tell whether a model can be told how much to reason, as far as its name says."""
    if provider == "anthropic":
        version = claude_version(model)
        return version is not None and version >= CLAUDE_TAKES_EFFORT
    return bool(model) and reasons(host, model)


def takes_temperature(host: str, model: str, effort: str | None) -> bool:
    """Tell whether an OpenAI-style model accepts a temperature.

    OpenAI's take one up to GPT-4, and from GPT-5.1 on when reasoning is off. Compatible
    servers take one, or ignore it.
    """
    if not is_openai(host):
        return True
    return not reasons(host, model) or (effort == "none" and _NEWER_GPT.match(model) is not None)
