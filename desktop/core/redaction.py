"""Take API keys out of any text before it is logged, shown, copied or kept."""

import re

_PATTERNS = (
    re.compile(r"\b(?:sk|pk|rk|gsk|xai|key|sess|hf|pplx|tgp|AIza|csk|nvapi)[-_][A-Za-z0-9_\-]{6,}"),
    re.compile(r"\bAIza[A-Za-z0-9_\-]{10,}"),
    re.compile(r"(?i)(?<=bearer )[^\s\"',;]{4,}"),
    re.compile(r"(?i)(?<=x-api-key: )[^\s\"',;]{4,}"),
    re.compile(r"(?i)(?<=api[-_]key=)[^\s&\"',;]{4,}"),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"\bgAAA[A-Za-z0-9_\-=]{20,}"),
)
_MASK = "[redacted]"
_SHORTEST_SECRET = 4  # shorter ones would blank out ordinary words


def redact(text: str, *secrets: str | None) -> str:
    """Replace what looks like a key, and each of `secrets` wherever it stands."""
    for secret in secrets:
        if secret and len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, _MASK)
    for pattern in _PATTERNS:
        text = pattern.sub(_MASK, text)
    return text
