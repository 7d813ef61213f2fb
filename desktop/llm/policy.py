"""Which parameters a request carries, per model family, and what a refusal teaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.errors import ErrorKind, LLMError
from desktop.llm.families import (
    CLAUDE_TAKES_EFFORT,
    claude_version,
    is_openai,
    reasons,
    takes_temperature,
)
from desktop.llm.healing import Dialect, Fix, find_fix
from desktop.llm.policy_memory import PolicyMemory, Subject

REASONING_HEADROOM = 16_384
"""Tokens added to the answer's limit where reasoning counts in it."""

_DEFAULT_MAX_TOKENS = 4096  # Anthropic requires a limit
_SMALLEST_RESPONSE = 16  # the Responses API refuses less
_ENCRYPTED_REASONING = "reasoning.encrypted_content"
_ALWAYS_ADAPTIVE = (5, 0)
_CAN_BE_ADAPTIVE = (4, 6)
_REPAIRABLE = frozenset({400, 422})
_REPAIRABLE_KINDS = frozenset(
    {ErrorKind.UNSUPPORTED_PARAMETER, ErrorKind.BAD_REQUEST, ErrorKind.CONTEXT_TOO_LONG}
)


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """What the user asked for; None leaves it to the provider.

    `max_tokens` is meant for the answer alone, without reasoning. `reasoning_effort` is
    `none | minimal | low | medium | high | xhigh | max`; `tool_choice` is `auto`, `none`,
    `required` or a tool's name.
    """

    max_tokens: int | None
    temperature: float | None
    reasoning_effort: str | None = None
    tool_choice: str | None = None


class ParameterPolicy:
    """The rules for one host and dialect, with what its refusals taught, per model."""

    def __init__(self, *, host: str, dialect: Dialect, memory: PolicyMemory | None = None) -> None:
        self._host = host
        self._dialect: Dialect = dialect
        self._memory = memory or PolicyMemory()

    def apply(self, model: str, body: dict[str, Any], wanted: RequestParameters) -> list[str]:
        """Put the parameters into the request `body`; return warnings, each once per model."""
        if not body.get("tools"):
            for name in ("tools", "tool_choice", "parallel_tool_calls"):
                body.pop(name, None)
        put = {"chat": self._chat, "responses": self._responses, "messages": self._messages}
        warnings = put[self._dialect](model, body, wanted)
        subject = self._subject(model)
        for fix in self._memory.fixes(subject):
            fix.mend(body)
        return self._memory.untold(subject, warnings)

    def heal(
        self, model: str, body: dict[str, Any], error: LLMError, tried: Sequence[Fix] = ()
    ) -> Fix | None:
        """Change `body` for one repeat after `error`; return the change.

        None when nothing can be repaired that was not `tried` for this request.
        """
        if error.status not in _REPAIRABLE and error.kind not in _REPAIRABLE_KINDS:
            return None
        fix = find_fix(self._dialect, body, f"{error.detail} {error.code or ''}")
        known = (*tried, *self._memory.fixes(self._subject(model)))
        if fix is None or fix in tried or any(fix.undoes(earlier) for earlier in known):
            return None
        fix.mend(body)
        return fix

    def learn(self, model: str, fix: Fix) -> None:
        """Apply a lasting `fix` to later requests for the model, as the repeat was accepted."""
        self._memory.learn(self._subject(model), fix)

    def _subject(self, model: str) -> Subject:
        return Subject(self._host, self._dialect, model)

    def _chat(self, model: str, body: dict[str, Any], wanted: RequestParameters) -> list[str]:
        name = "max_completion_tokens" if is_openai(self._host) else "max_tokens"
        _set(body, name, self._limit(model, wanted.max_tokens))
        _set(body, "reasoning_effort", wanted.reasoning_effort)
        if body.get("tools"):
            _set(body, "tool_choice", _function_choice(wanted.tool_choice, nested=True))
        return self._temperature(model, body, wanted)

    def _responses(self, model: str, body: dict[str, Any], wanted: RequestParameters) -> list[str]:
        limit = self._limit(model, wanted.max_tokens)
        _set(body, "max_output_tokens", limit and max(limit, _SMALLEST_RESPONSE))
        if reasons(self._host, model):
            body["reasoning"] = {"summary": "auto"}
            _set(body["reasoning"], "effort", wanted.reasoning_effort)
            body["include"] = [_ENCRYPTED_REASONING]
        if body.get("tools"):
            _set(body, "tool_choice", _function_choice(wanted.tool_choice, nested=False))
        return self._temperature(model, body, wanted)

    def _limit(self, model: str, wanted: int | None) -> int | None:
        if wanted is None:
            return None
        return wanted + REASONING_HEADROOM if reasons(self._host, model) else wanted

    def _temperature(
        self, model: str, body: dict[str, Any], wanted: RequestParameters
    ) -> list[str]:
        if wanted.temperature is None:
            return []
        if takes_temperature(self._host, model, wanted.reasoning_effort):
            body["temperature"] = wanted.temperature
            return []
        return [f"The temperature was not sent, because {model} does not take one."]

    def _messages(self, model: str, body: dict[str, Any], wanted: RequestParameters) -> list[str]:
        warnings = _thinking(model, body, wanted.reasoning_effort)
        limit = wanted.max_tokens or _DEFAULT_MAX_TOKENS
        thinks = body.get("thinking", {}).get("type") == "adaptive"
        body["max_tokens"] = limit + REASONING_HEADROOM if thinks else limit
        if wanted.temperature is not None:
            warnings.append(f"The temperature was not sent, because {model} does not take one.")
        if body.get("tools") and wanted.tool_choice:
            warnings += _messages_choice(model, body, wanted.tool_choice)
        return warnings


def _set(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is not None:
        holder[name] = value


def _function_choice(wanted: str | None, *, nested: bool) -> Any:
    if wanted is None or wanted in {"auto", "none", "required"}:
        return wanted
    if nested:
        return {"type": "function", "function": {"name": wanted}}
    return {"type": "function", "name": wanted}


def _thinking(model: str, body: dict[str, Any], effort: str | None) -> list[str]:
    """Ask for readable thinking where the model thinks, and for the effort where it is known.

    Models since 5 think by themselves but show nothing unless asked; those since 4.6 think
    when told to; older ones refuse `adaptive`, and models of others know none of it.
    """
    version = claude_version(model)
    if version is None or version < CLAUDE_TAKES_EFFORT:
        return [f"The reasoning effort was not sent, because {model} has none."] if effort else []
    if effort == "none":
        if version >= _CAN_BE_ADAPTIVE:
            body["thinking"] = {"type": "disabled"}
        return []
    if version >= _ALWAYS_ADAPTIVE or (effort and version >= _CAN_BE_ADAPTIVE):
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
    if effort:
        body["output_config"] = {"effort": "low" if effort == "minimal" else effort}
    return []


def _messages_choice(model: str, body: dict[str, Any], wanted: str) -> list[str]:
    """Put the choice of tools; a thinking model can't be forced to use one."""
    if wanted in {"auto", "none"}:
        body["tool_choice"] = {"type": wanted}
        return []
    if body.get("thinking", {}).get("type") == "adaptive":
        body["tool_choice"] = {"type": "auto"}
        return [f"{model} can't be made to use a tool, so it chooses by itself."]
    body["tool_choice"] = {"type": "any"} if wanted == "required" else _tool(wanted)
    return []


def _tool(name: str) -> dict[str, str]:
    return {"type": "tool", "name": name}
