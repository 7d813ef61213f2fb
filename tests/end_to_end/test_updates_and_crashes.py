"""In the whole app: looking for a newer version, and what is told of a crash."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton

from desktop.services.updates import VARIABLE
from tests.end_to_end.conftest import RunningApp, until
from tests.release_feed import release_feed

pytestmark = pytest.mark.qt_loop


@pytest.fixture
def feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Announce version 99; the list fills with what was asked for."""
    with release_feed(tmp_path) as (address, asked):
        monkeypatch.setenv(VARIABLE, address)
        yield asked


async def test_a_newer_version_is_told_when_the_user_wants_to_know(
    app: RunningApp, feed: list[str]
) -> None:
    await app.start()
    app.window.show_page("chat")
    app.window.commands.updates.trigger()
    await until(lambda: app.shows("updatesDaily"))
    assert not app.find(QCheckBox, "updatesDaily").isChecked()
    assert feed == []

    app.click("updateLook")
    await until(lambda: app.shows("updateNotes"))
    assert app.find(QLabel, "updateMessage").text() == "Parley 99.0 is there."
    assert app.find(QPlainTextEdit, "updateNotes").toPlainText() == "Everything is new."
    assert app.shows("updatePage")
    above, below = app.find(QPlainTextEdit, "updateNotes"), app.find(QCheckBox, "updatesDaily")
    await until(lambda: above.geometry().bottom() < below.geometry().top())

    app.click("updatesDaily")
    app.click("updateClose")
    await app.close()
    feed.clear()

    again = RunningApp(app.home)
    await again.start()
    again.window.show_page("chat")
    await until(lambda: again.shows("noticeMessage"))
    said = [label.text() for label in again.window.findChildren(QLabel, "noticeMessage")]
    assert "Parley 99.0 is there." in said
    for button in again.window.findChildren(QPushButton, "noticeButton"):
        if button.isVisible():
            button.click()
    await until(lambda: again.shows("updateNotes"))
    await again.close()
    assert feed == ["/feed.json"]


def fail() -> None:
    {}["gone"]


async def test_an_error_inside_is_told_at_the_next_start_once(
    app: RunningApp, caplog: pytest.LogCaptureFixture
) -> None:
    await app.start()
    QTimer.singleShot(0, app.window, fail)
    await until(lambda: list(app.home.glob("log/crashes/*.txt")))
    await app.close()
    caplog.clear()

    again = RunningApp(app.home)
    await again.start()
    await until(lambda: again.shows("crashReport"))
    assert "KeyError: 'gone'" in again.find(QPlainTextEdit, "crashReport").toPlainText()
    again.click("crashClose")
    await again.close()

    third = RunningApp(app.home)
    await third.start()
    assert not third.shows("crashReport")
    await third.close()
