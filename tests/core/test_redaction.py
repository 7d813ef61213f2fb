"""No key survives in a text that is logged, shown or copied."""

import logging
from pathlib import Path

import pytest

from desktop.core.logs import log_to
from desktop.core.redaction import redact

KEYS = [
    "sk-proj-abcDEF123456_7890-xyz",
    "sk-ant-api03-abcdefghijklmnop",
    "gsk_abcdefghij1234567890",
    "AIzaSyA-abcdefghijklmnopqrstuvwx",
    "gAAAAABnabcdefghijklmnopqrstuvwxyz0123456789",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("frame", ["{}", "key {} was refused", '{{"api_key": "{}"}}', "a={}&b"])
def test_what_looks_like_a_key_is_taken_out(key: str, frame: str) -> None:
    assert key not in redact(frame.format(key))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer plain-token-without-prefix", "plain-token-without-prefix"),
        ("X-Api-Key: 1234567890abcdef", "1234567890abcdef"),
        ("https://host/v1?api_key=1234567890abcdef", "1234567890abcdef"),
        ("http://user:passw0rd@proxy.local:8080", "passw0rd"),
    ],
)
def test_what_stands_where_keys_stand_is_taken_out(text: str, secret: str) -> None:
    assert secret not in redact(text)


def test_a_known_secret_is_taken_out_whatever_it_looks_like() -> None:
    assert redact("the server said hunter2", "hunter2") == "the server said [redacted]"


@pytest.mark.parametrize(
    "text", ["a risk-free sketch", "keyboard", "sk", "The task-list is done.", "monkey-patch"]
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text, "", None, "a") == text


def test_the_log_holds_no_key_not_even_in_a_traceback(tmp_path: Path) -> None:
    key = KEYS[0]
    with log_to(tmp_path) as path:
        try:
            int(f"refused {key}")
        except ValueError as error:
            logging.getLogger("desktop.test").warning("It failed: %s", key, exc_info=error)

    text = path.read_text("utf-8")
    assert "It failed" in text
    assert "ValueError" in text
    assert key not in text
