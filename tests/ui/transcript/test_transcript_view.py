"""The transcript through its public face: what is set, streamed and finished is what is seen."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop.core.content import Role, Usage
from desktop.core.conversation import Message, MessageStatus, StoredError, text_parts
from desktop.ui.theme import Theme
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage

ANSWER = """The loop *never* ends because `mid` can equal `lo`.

```python
def add(a, b):
    return a + b
```

1. First
2. Second

| a | b |
|---|---|
| 1 | 2 |
"""


@pytest.fixture
def streaming(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "Hello?")])
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING, model="m-1")
    view.add_message(answer)
    return answer


def test_shows_everything_of_a_conversation(view: TranscriptView, message: MakeMessage):
    view.set_messages(
        [
            message(Role.USER, "Why does it **loop**?"),
            message(
                Role.ASSISTANT,
                ANSWER,
                model="claude-sonnet",
                usage=Usage(output_tokens=412),
                duration_ms=6_500,
                first_token_ms=500,
            ),
        ]
    )

    text = view.plain_text()

    for part in (
        "loop",
        "Assistant",
        "claude-sonnet",
        "mid",
        "return a + b",
        "First",
        "412 tokens",
    ):
        assert part in text
    assert "69 tok/s" in text


@pytest.mark.parametrize("step", [1, 7, 1_000])
def test_streamed_text_looks_like_the_same_text_set_at_once(
    view: TranscriptView, streaming: Message, message: MakeMessage, qtbot: QtBot, step: int
):
    for start in range(0, len(ANSWER), step):
        view.append_text(streaming.id, ANSWER[start : start + step])
    qtbot.waitUntil(lambda: "1\t2" in view.plain_text(), timeout=20_000)
    view.finish_message(_replaced(streaming, ANSWER))
    streamed = view.plain_text()

    view.set_messages([message(Role.USER, "Hello?"), _replaced(streaming, ANSWER)])

    assert streamed == view.plain_text()


def test_a_flush_comes_by_itself(view: TranscriptView, streaming: Message, qtbot: QtBot):
    view.append_text(streaming.id, "Some words")

    assert "Some words" not in view.plain_text()
    qtbot.waitUntil(lambda: "Some words" in view.plain_text(), timeout=20_000)


def test_progress_is_shown_until_the_answer_is_finished(view: TranscriptView, streaming: Message):
    view.set_progress(streaming.id, "Retrying in 4 s")
    assert "Retrying in 4 s" in view.plain_text()

    view.finish_message(_replaced(streaming, "Done."))
    assert "Retrying" not in view.plain_text()


def test_a_stopped_answer_keeps_its_text(view: TranscriptView, streaming: Message):
    view.append_text(streaming.id, "Half an ans")
    view.finish_message(_replaced(streaming, "Half an ans", MessageStatus.STOPPED))

    assert "Half an ans" in view.plain_text()
    assert "Stopped" in view.plain_text()


def test_an_interrupted_answer_says_so(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, "Half", MessageStatus.INTERRUPTED)])

    assert "Interrupted; the answer's first part was kept." in view.plain_text()
    assert "Retry" in view.plain_text()


def test_an_error_is_shown_with_its_cure(view: TranscriptView, message: MakeMessage):
    error = StoredError(kind="auth", message="The key was refused.", cure="Enter it again.")
    view.set_messages([message(Role.ASSISTANT, "", MessageStatus.ERROR, error=error)])

    text = view.plain_text()

    assert "The key was refused.\nEnter it again.\nRetry\nOpen settings" in text


def test_a_record_of_a_newer_version_is_shown_with_its_warning(
    view: TranscriptView, message: MakeMessage
):
    odd = message(Role.ASSISTANT, "Text", warning="A newer version wrote this message.")
    view.set_messages([odd])

    assert "A newer version wrote this message." in view.plain_text()
    assert "Text" in view.plain_text()


def test_reasoning_is_folded_above_the_answer(
    view: TranscriptView, streaming: Message, qtbot: QtBot
):
    view.append_reasoning(streaming.id, "Secret thoughts")
    qtbot.waitUntil(lambda: "Thinking…" in view.plain_text(), timeout=20_000)
    assert "Secret thoughts" not in view.plain_text()

    view.append_text(streaming.id, "The answer")
    qtbot.waitUntil(lambda: "The answer" in view.plain_text(), timeout=20_000)
    assert "Thought for 1 s" in view.plain_text()


def test_how_long_it_reasoned_is_shown_of_stored_answers_too(
    view: TranscriptView, message: MakeMessage
):
    view.set_messages([message(Role.ASSISTANT, "Yes", reasoning="Hm.", reasoning_ms=12_400)])

    assert "Thought for 12 s" in view.plain_text()


def test_zoom_makes_text_larger_and_smaller(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, ANSWER * 10)])
    normal = view.verticalScrollBar().maximum()

    view.zoom_in()
    assert view.verticalScrollBar().maximum() > normal
    view.zoom_reset()
    assert view.verticalScrollBar().maximum() == normal
    view.zoom_out()
    assert view.verticalScrollBar().maximum() < normal


def test_the_usual_size_can_be_larger(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, ANSWER * 10)])
    normal = view.verticalScrollBar().maximum()

    view.set_text_px(20)
    larger = view.verticalScrollBar().maximum()
    view.zoom_in()
    view.zoom_reset()

    assert larger > normal
    assert view.verticalScrollBar().maximum() == larger


def test_the_theme_is_followed(view: TranscriptView, message: MakeMessage, theme: Theme):
    view.set_messages([message(Role.USER, "Hi")])
    light = view.viewport().grab().toImage().pixelColor(5, 5)

    theme.set_mode("dark")

    assert light.lightness() > 240
    assert view.viewport().grab().toImage().pixelColor(5, 5).lightness() < 40


def _replaced(
    message: Message, text: str, status: MessageStatus = MessageStatus.COMPLETE
) -> Message:
    return replace(message, parts=text_parts(text), status=status)


def test_reading_what_is_out_of_sight_moves_nothing(
    view: TranscriptView, message: MakeMessage
) -> None:
    messages = [message(Role.USER, "short"), message(Role.ASSISTANT, "A line of text.\n\n" * 60)]
    view.set_messages(messages)
    bar = view.verticalScrollBar()
    before = (bar.value(), bar.maximum(), view.extent_of(1))

    view.plain_text()

    assert (bar.value(), bar.maximum(), view.extent_of(1)) == before
    top, height = view.extent_of(1)
    assert top + height <= view.viewport().height()
