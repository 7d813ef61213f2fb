"""Links of a model: only web and mail, named truthfully, opened in one place."""

from collections.abc import Iterator

import pytest

from desktop.ui.links import describe, disguises, host_of, is_safe, open_link
from tests.ui.opener import Opener, opener_of


@pytest.fixture
def opener(qapp: object) -> Iterator[Opener]:
    schemes = ("http", "https", "mailto", "file", "smb", "javascript", "data", "vscode", "ftp")
    with opener_of(*schemes) as opener:
        yield opener


@pytest.mark.parametrize(
    "href", ["https://example.com", "http://127.0.0.1:8080/x?y#z", "mailto:me@example.com"]
)
def test_web_and_mail_are_opened(opener: Opener, href: str):
    assert open_link(href)
    assert opener.opened == [href]


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd", "smb://host/share", "javascript:alert(1)", "data:text/html,x",
        "vscode://file/x", "ms-msdt:/id", "ftp://example.com", "//host/share", "/etc/passwd",
        "relative.md", "#anchor", "", "https://", "https://a.org/\x00", "https:\\\\a.org",
        "mailto:", "HTTPS://[bad", "java\nscript:alert(1)",
    ],
)  # fmt: skip
def test_nothing_else_is(opener: Opener, href: str):
    assert not is_safe(href)
    assert not open_link(href)
    assert opener.opened == []


def test_a_look_alike_host_is_named_in_ascii():
    assert host_of("https://\u0430pple.com/") == "xn--pple-43d.com"
    assert describe("https://\u0430pple.com/login").startswith("xn--pple-43d.com\n")


@pytest.mark.parametrize(
    ("text", "href", "expected"),
    [
        ("https://bank.com", "https://evil.example", True),
        ("bank.com/login", "https://evil.example", True),
        ("bank.com", "https://evil.example", True),
        ("https://bank.com/x", "https://bank.com/y", False),
        ("www.bank.com", "https://bank.com", False),
        ("the docs", "https://docs.example", False),
        ("version 1.2", "https://docs.example", False),
    ],
)
def test_a_text_that_reads_like_another_address(text: str, href: str, expected: bool):
    assert disguises(text, href) is expected
