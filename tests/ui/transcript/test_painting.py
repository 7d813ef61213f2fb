"""What is on screen after moving pixels is what painting everything anew would show."""

from dataclasses import replace

from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.content import Role
from desktop.core.conversation import MessageStatus, text_parts
from desktop.ui.transcript.view import TranscriptView
from tests.ui.transcript.conftest import MakeMessage

ANSWER = """Some `code` and *text*.

> quote
> - list

```python
def f(x):
    return x
```

| a | b |
|---|---|
| 1 | 2 |
"""


def on_screen(view: TranscriptView) -> QImage:
    """Return the picture once no colours are to come."""
    while view._typesetter.is_late or view._flush_timer.isActive():
        QTest.qWait(5)
    QApplication.processEvents()
    return view.screen().grabWindow(view.winId()).toImage()


def assert_true_to_a_repaint(view: TranscriptView) -> None:
    moved = on_screen(view)
    view.repaint_all()
    assert moved == on_screen(view)


def test_scrolling_moves_pixels_rightly(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.ASSISTANT, ANSWER) for _ in range(30)])
    bar = view.verticalScrollBar()

    for distance in (-1, -40, -333, 17, 200, -2_000, 5):
        bar.setValue(bar.value() + distance)
        assert_true_to_a_repaint(view)


def test_streaming_paints_only_what_is_new_and_rightly(view: TranscriptView, message: MakeMessage):
    view.set_messages([message(Role.USER, "Go")])
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.add_message(answer)
    view._pulse_timer.stop()
    text = ANSWER * 5

    for start in range(0, len(text), 41):
        view.append_text(answer.id, text[start : start + 41])
        view._flush()
        assert_true_to_a_repaint(view)
    view.finish_message(replace(answer, parts=text_parts(text), status=MessageStatus.COMPLETE))
    assert_true_to_a_repaint(view)


def test_all_of_a_long_code_is_coloured_in_time(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    code = "def f(x): return x + 1  # comment\n" * 1_000
    view.set_messages([message(Role.ASSISTANT, f"```python\n{code}```")])

    def is_coloured() -> bool:
        top = view.verticalScrollBar().value()
        boxes = [box for place in view._layout.places(top, top + 700) for box in place.item.boxes]
        return bool(boxes) and all(box.box.rich.formats for box in boxes)

    assert not is_coloured()
    qtbot.waitUntil(is_coloured, timeout=20_000)
    assert_true_to_a_repaint(view)


def test_colours_that_come_late_do_not_move_text(
    view: TranscriptView, message: MakeMessage, qtbot: QtBot
):
    answer = message(Role.ASSISTANT, "", MessageStatus.STREAMING)
    view.add_message(answer)
    view.append_text(answer.id, "```python\ndef one():\n    return 1\n")
    view._flush()
    height = view._layout.heights.total
    view.append_text(answer.id, "def two(): pass")
    view._flush()

    def is_coloured() -> bool:
        item = next(place.item for place in view._layout.places(0, 700) if place.item.boxes)
        coloured = {look.start for look in item.boxes[0].box.rich.formats}
        return item.shown().index("def two") in coloured

    qtbot.waitUntil(is_coloured, timeout=20_000)
    assert view._layout.heights.total == height + view._style.code_line
