"""Numbers in brackets lead to passages where there are some, and are text where there are none."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import Message
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.transcript.citations import number_of
from desktop.ui.transcript.inline import Span
from desktop.ui.transcript.markdown import Markdown
from desktop.ui.transcript.model import TextBlock
from desktop.ui.transcript.view import TranscriptView


def spans(text: str, count: int) -> list[Span]:
    markdown = Markdown().citing(count)
    [block] = markdown.blocks(text)
    assert isinstance(block, TextBlock)
    return markdown.spans(block.source, block.references)


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Eleven [1] and twelve [2].", [1, 2]),
        ("Both [1][2].", [1, 2]),
        ("Not sent [3], nor [0] or [x].", []),
        ("A link [1](https://example.org) stays one.", []),
        ("Code `a[1]` stays code.", []),
    ],
)
def test_what_is_a_citation(text: str, cited: list[int]) -> None:
    found = spans(text, 2)

    assert [number_of(each.href) for each in found if each.href and number_of(each.href)] == cited
    assert "".join(each.text for each in found if not each.code).count("[") >= len(cited)


def test_without_passages_brackets_are_text() -> None:
    assert [each.href for each in spans("As in [1].", 0)] == [None]


def test_a_citation_and_the_button_ask_for_a_passage(
    qtbot: QtBot, theme: Theme, icons: Icons, message: Callable[..., Message]
) -> None:
    view = TranscriptView(theme=theme, icons=icons)
    qtbot.addWidget(view)
    view.resize(700, 400)
    answer = replace(message(Role.ASSISTANT, "Eleven [2]."), sources=2)
    view.set_messages([answer])
    view.show()
    asked: list[tuple[object, int]] = []
    view.passage_requested.connect(lambda which, number: asked.append((which, number)))
    surface = view.viewport()
    found = [
        QPointF(x, y)
        for y in range(0, surface.height(), 4)
        for x in range(0, surface.width(), 4)
        if view.link_at(QPointF(x, y))
    ]
    assert found
    qtbot.mouseClick(surface, Qt.MouseButton.LeftButton, pos=found[len(found) // 2].toPoint())

    assert asked == [(answer.id, 2)]
    assert "2 passages were sent with the question." in view.plain_text()
