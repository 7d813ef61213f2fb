"""What a reader's hands do to a transcript, and where they find things."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ui.transcript.items.base import ActionKind
from desktop.ui.transcript.view import TranscriptView

ANSWER = """A paragraph with **bold** words and `code` in it.

- one
- two

```python
x = 1
y = 2
```

> quoted

The end.
"""


def point_of(view: TranscriptView, kind: ActionKind, nth: int = -1) -> QPoint:
    top = view.verticalScrollBar().value()
    found = [
        action.rect.center() + QPointF(view.column_left, place.top - top)
        for place in view._layout.places(top, top + view.viewport().height())
        for action in place.item.actions()
        if action.kind is kind
    ]
    return found[nth].toPoint()


def words_at(view: TranscriptView, words: str) -> tuple[QPoint, QPoint]:
    """Where displayed words begin and end in the viewport."""
    top = view.verticalScrollBar().value()
    for place in view._layout.places(top, top + view.viewport().height()):
        for box in place.item.boxes:
            start = box.box.rich.text.find(words)
            if start >= 0:
                rect = list(box.box.rects(start, start + len(words)))
                corner = QPointF(view.column_left + box.x, place.top - top + box.y)
                first = QPointF(rect[0].left() + 0.5, rect[0].center().y()) + corner
                last = QPointF(rect[-1].right() + 0.5, rect[-1].center().y()) + corner
                return first.toPoint(), last.toPoint()
    raise AssertionError(f"{words!r} is not in view")


def move(
    view: TranscriptView, to: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton
) -> None:
    """Move the mouse over the transcript.

    `QTest.mouseMove` moves the one cursor of the screen: nothing arrives where it already was,
    and what arrives goes to whichever window an earlier test left there.
    """
    viewport = view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(viewport.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def drag(view: TranscriptView, start: QPoint, end: QPoint) -> None:
    viewport = view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    move(view, (start + end) / 2, Qt.MouseButton.LeftButton)
    move(view, end, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=end)


def copied(view: TranscriptView) -> str:
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QGuiApplication.clipboard().text()


def wheel(
    view: TranscriptView,
    delta: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    centre = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        centre,
        QPointF(view.viewport().mapToGlobal(centre.toPoint())),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def visible_words(view: TranscriptView) -> dict[tuple[int, int], int]:
    top = view.verticalScrollBar().value()
    places = view._layout.places(top, top + view.viewport().height())
    return {(place.message, place.index): place.top - top for place in places}
