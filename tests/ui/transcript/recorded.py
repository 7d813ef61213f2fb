"""Answers that real models gave, where the recorded traffic is at hand; never copied here."""

import gzip
import json
from pathlib import Path

RECORDED = Path(__file__).resolve().parents[4] / "shared/wire/recorded.jsonl.gz"
SHORTEST = 200
MOST = 60


def recorded_answers() -> list[str]:
    """Return the longer answers, each once; none where there is no recording."""
    if not RECORDED.exists():
        return []
    with gzip.open(RECORDED, "rt", encoding="utf-8") as lines:
        texts = [(json.loads(line).get("expected") or {}).get("text") or "" for line in lines]
    long = dict.fromkeys(text for text in texts if len(text) >= SHORTEST and "\n" in text)
    return list(long)[:MOST]
