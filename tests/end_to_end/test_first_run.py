"""The first page of the whole app, before anything is set up."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from tests.end_to_end.conftest import RunningApp, until

pytestmark = pytest.mark.qt_loop


async def test_the_key_can_be_typed_while_servers_are_looked_for(app: RunningApp) -> None:
    await app.start()
    key = app.find(QLineEdit, "firstRunKeyEdit")
    assert key.hasFocus()
    QTest.keyClicks(key, "gsk_")
    await until(lambda: app.shows("recognisedLabel"))
    assert "Groq" in app.find(QLabel, "recognisedLabel").text()

    looking = "Looking for servers…"
    await until(lambda: app.find(QLabel, "noServersLabel").text() != looking)
    assert key.hasFocus()
    assert key.text() == "gsk_"


async def test_a_key_that_nobody_knows_leads_to_the_settings(app: RunningApp) -> None:
    await app.start()
    key = app.find(QLineEdit, "firstRunKeyEdit")
    QTest.keyClicks(key, "0123456789abcdef")
    QTest.keyClick(key, Qt.Key.Key_Return)
    await until(lambda: app.shows("firstRunKeyError"))
    assert "sent to none" in app.find(QLabel, "firstRunKeyError").text()

    app.click("firstRunKeySettingsButton")
    await until(lambda: app.shows("providerCombo"))
