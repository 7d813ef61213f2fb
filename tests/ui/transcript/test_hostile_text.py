"""Hostile and huge texts on screen: nothing is loaded, nothing is lost, nothing takes long."""

import base64
import re
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, text_parts
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage

LIMIT_SECONDS = 1.0
"""Generous, because tests share the machine; the benchmarks hold the real budgets."""

SMALL = [
    "Use List<String> here <br> and <think>this</think> a<b",
    "> " * 30 + "deep",
    "[bad](javascript:alert(1)) ![x](/etc/passwd) <img src=file:///etc/passwd>",
    "user\u202etxt.exe pay\u200bpal \U000e0041\U000e0042 \ud800",
    "```../../x\ncode\n```\n\n```" + "y" * 300 + "\nmore\n```",
    "| a |\n|---|\n| **b** `c` <br> |\n\n<table><table><table>",
    "مرحبا **بالعالم** `x` 👨‍👩‍👧 日本語 ﷽ Z̸̧͎a̷l̶g̵o̴",
    "1. a\n   1. b\n      1. c\n\n\n\n      d\n* * *\n***\n_____",
    "\\(x\\) $x$ \\[y\\] $$z$$ [^1]\n\n[^1]: note",
]

HUGE = {
    "word": "a" * 1_000_000,
    "lines": "line of text\n" * 100_000,
    "table": "|" + "h|" * 20 + "\n|" + "-|" * 20 + "\n" + ("|" + "x|" * 20 + "\n") * 2_000,
    "small table": "|" + "h|" * 20 + "\n|" + "-|" * 20 + "\n" + ("|" + "x|" * 20 + "\n") * 700,
    "emphasis": "*a_" * 50_000,
    "short emphasis": "*a_" * 6_000,
    "brackets": "[" * 50_000,
    "short brackets": "[" * 15_000,
    "links": "[a](" * 12_000,
    "quotes": "> " * 20_000 + "x",
    "quotes by line": "".join(">" * (i % 100) + f" {i}\n" for i in range(5_000)),
    "lists": "".join("  " * (i % 90) + f"- {i}\n" for i in range(3_000)),
    "backticks": "`" * 50_000,
    "fences": "```\n" * 10_000,
    "code in one line": "```js\n" + "x=1;" * 40_000 + "\n```",
    "emoji": "👨‍👩‍👧" * 20_000,
    "combining": "e\u0301\u0302\u0303" * 30_000,
    "bidi": "\u202e" * 20_000,
    "html": "<div>" * 30_000,
    "entities": "&amp;" * 30_000,
    "addresses": "https://a.org/" * 8_000,
    "definitions": "".join(f"[d{i}]: https://a.org/{i}\n" for i in range(3_000)),
}


@pytest.mark.parametrize("text", SMALL)
def test_small_ones_one_character_at_a_time(view: TranscriptView, message: MakeMessage, text: str):
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.add_message(answer)

    for character in text:
        view.append_text(answer.id, character)
        view._flush()
        QApplication.processEvents()
    view.finish_message(replace(answer, parts=text_parts(text), status=MessageStatus.COMPLETE))

    shown = view.plain_text()
    assert set(re.findall(r"[^\W_]+", text)) <= set(re.findall(r"[^\W_]+", shown))
    view.select_all()
    assert view.selected_text() == text


@pytest.mark.parametrize("name", HUGE)
def test_huge_ones_are_opened_and_scrolled(view: TranscriptView, message: MakeMessage, name: str):
    slowest = 0.0
    bar = view.verticalScrollBar()
    steps = [
        lambda: view.set_messages([message(Role.ASSISTANT, HUGE[name])]),
        lambda: bar.setValue(0),
        lambda: bar.setValue(bar.maximum() // 2),
        lambda: view.resize(600, 500),
        lambda: bar.setValue(bar.value() - 400),
    ]
    for step in steps:
        start = process_time()
        step()
        QApplication.processEvents()
        slowest = max(slowest, process_time() - start)

    assert slowest < LIMIT_SECONDS
    view.select_all()
    assert view.selected_text() == HUGE[name]


@pytest.mark.parametrize("name", ["word", "emphasis", "quotes", "code in one line", "small table"])
def test_huge_ones_stream(view: TranscriptView, message: MakeMessage, name: str):
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.add_message(answer)
    slowest = 0.0
    text = HUGE[name]
    for start in range(0, len(text), max(1_000, len(text) // 100)):
        view.append_text(answer.id, text[start : start + max(1_000, len(text) // 100)])
        begin = process_time()
        view._flush()
        QApplication.processEvents()
        slowest = max(slowest, process_time() - begin)
    begin = process_time()
    view.finish_message(replace(answer, parts=text_parts(text), status=MessageStatus.COMPLETE))

    assert max(slowest, process_time() - begin) < LIMIT_SECONDS


def test_no_picture_is_ever_loaded(view: TranscriptView, message: MakeMessage, tmp_path: Path):
    red = QImage(80, 80, QImage.Format.Format_RGB32)
    red.fill(0xFF0000)
    path = tmp_path / "red.png"
    assert red.save(str(path))
    inline = base64.b64encode(path.read_bytes()).decode()
    svg = base64.b64encode(f'<svg><image href="{path}"/></svg>'.encode()).decode()

    view.set_messages(
        [
            message(
                Role.ASSISTANT,
                f"![a]({path}) ![b](file://{path}) ![c](data:image/png;base64,{inline})\n\n"
                f"<img src='{path}'> ![d](data:image/svg+xml;base64,{svg}) ![e](https://a.org/e.png)",
            )
        ]
    )

    picture = view.grab().toImage()
    colours = {
        picture.pixel(x, y) & 0xFFFFFF
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }
    assert 0xFF0000 not in colours


def test_the_transcript_knows_no_rich_text_documents():
    """What can load a resource or read HTML is not used, so there is nothing to guard."""
    sources = Path(__file__).parents[3].glob("desktop/ui/transcript/**/*.py")
    found = {
        (path.name, word)
        for path in sources
        for word in re.findall(
            r"QTextDocument|QTextBrowser|setHtml|setMarkdown|QLabel|openUrl",
            path.read_text("utf-8"),
        )
    }

    assert found == set()
