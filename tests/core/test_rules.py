"""The pure rules: titles, durations, origins, parts of a message."""

from pathlib import Path

import pytest

from desktop.core.connection import is_local_model, local_model_name, origin
from desktop.core.content import DocumentPart, ImagePart, TextPart, text_of
from desktop.core.errors import LLMError, ParleyError
from desktop.core.resources import resource
from desktop.core.text import TITLE_LENGTH, seconds_in_words, shown_path, title_from


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Say hello.", "Say hello."),
        ("  two\n lines ", "two lines"),
        ("word " * 40, ("word " * 12)[:-1] + "…"),
        ("x" * 200, "x" * TITLE_LENGTH + "…"),
    ],
)
def test_a_title_is_one_line_cut_at_a_word(text: str, title: str) -> None:
    assert title_from(text) == title


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 s"),
        (4, "4 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert seconds_in_words(seconds) == words


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com"),
        ("https://API.OpenAI.com:443/v1", "https://api.openai.com"),
        ("http://localhost:11434/v1", "http://localhost:11434"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("local://smollm2", "local://smollm2"),
    ],
)
def test_origins_compare_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


def test_the_local_model_is_named_not_addressed() -> None:
    assert is_local_model("local://smollm2")
    assert not is_local_model("http://localhost")
    assert not is_local_model(None)
    assert local_model_name("local://smollm2") == "smollm2"


def test_text_of_leaves_pictures_and_files_out() -> None:
    parts = (
        TextPart("first"),
        ImagePart(b"\x89PNG", "image/png"),
        DocumentPart(b"%PDF", "application/pdf", "a.pdf"),
        TextPart("second"),
    )

    assert text_of(parts) == "first\n\nsecond"
    assert text_of("plain") == "plain"


def test_bytes_stay_out_of_reprs() -> None:
    assert "PNG" not in repr(ImagePart(b"\x89PNG", "image/png"))


def test_an_error_reads_as_what_happened_and_what_to_do() -> None:
    assert str(ParleyError("It rained.", cure="Wait.")) == "It rained. Wait."
    assert str(ParleyError("It rained.")) == "It rained."
    assert issubclass(LLMError, ParleyError)


def test_a_missing_resource_says_that_the_installation_is_damaged() -> None:
    assert resource("icons").is_dir()
    with pytest.raises(FileNotFoundError, match="install Parley again"):
        resource("icons/none.svg")


def test_paths_below_home_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))

    assert shown_path(Path("/home/ann/Papers/a.md")) == str(Path("~/Papers/a.md"))
    assert shown_path(Path("/home/ann")) == "~"
    assert shown_path(Path("/home/anna/a.md")) == str(Path("/home/anna/a.md"))
