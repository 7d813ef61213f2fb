"""A key goes through every feature, and through what fails, and is on no disk in clear text."""

import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QRadioButton, QWidget

from desktop.ui.settings.choice import Choice
from desktop.ui.settings.window import SettingsWindow
from tests.end_to_end.conftest import RunningApp, until
from tests.end_to_end.test_data import choose
from tests.faults.wire_server import Reply, WireServer

pytestmark = pytest.mark.qt_loop

KEY = "sk-canary-0123456789abcdefghijWXYZ"
PROXY_PASSWORD = "proxyCanary0123456789"
PHRASE = "canary passphrase"
SECRETS = (KEY, PROXY_PASSWORD, PHRASE)

REFUSAL = Reply(
    body=f'{{"error": {{"message": "Incorrect API key provided: {KEY}."}}}}'.encode(),
    status=401,
    content_type="application/json",
    headers={"x-echo": KEY},
)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the directory that temporary files go to."""
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    monkeypatch.setenv("TMPDIR", str(directory))
    return directory


@pytest.fixture
def _everything_is_logged() -> Iterator[None]:
    """Log at DEBUG, the SDKs too, whatever the app asks of them later."""
    names = ["", "openai", "anthropic", "httpx2", "httpcore2", "keyring", "desktop", "asyncio"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def shout() -> None:
    """Let every logger speak, after the app has quietened some."""
    for name in ("", "openai", "anthropic", "httpx2", "httpcore2", "keyring"):
        logging.getLogger(name).setLevel(logging.DEBUG)


def found_in(*places: Path) -> list[str]:
    """Return the files that have one of the secrets in them."""
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert files, "nothing was written at all"
    return [
        f"{path}: {secret}"
        for path in files
        for secret in SECRETS
        if secret.encode() in path.read_bytes()
    ]


async def set_up(app: RunningApp, endpoint: str) -> None:
    await app.open_settings()
    app.choose_provider("OpenAI Compatible")
    app.type("endpointEdit", endpoint)
    app.type("apiKeyEdit", KEY)
    app.type("modelCombo", "m")
    app.click("testButton")
    await until(lambda: app.shows("testStagesCopy"))
    app.click("testStagesCopy")
    report = QGuiApplication.clipboard().text()
    assert "API key: failed" in report
    assert KEY not in report
    settings = app.find(SettingsWindow, "settingsWindow")
    settings.show_page("network")
    app.find(Choice, "proxyModeCombo").setCurrentIndex(2)
    app.type("proxyUrlEdit", "127.0.0.1:9")
    app.type("proxyUserEdit", "ada")
    app.type("proxyPasswordEdit", PROXY_PASSWORD)
    await app.save_settings()


async def lock_with_a_passphrase(app: RunningApp) -> None:
    await app.open_settings()
    app.click("newMasterKeyButton")
    app.click("changeMasterKeyButton")
    await until(lambda: app.shows("dismissErrorButton"))
    app.click("dismissErrorButton")
    app.click("changeKeyPlaceButton")
    await until(lambda: app.shows("keepUnderPhraseButton"))
    app.click("keepUnderPhraseButton")
    app.type("newPassphraseEdit", PHRASE)
    app.type("repeatPassphraseEdit", PHRASE)
    app.click("usePassphraseButton")
    place = app.find(QLabel, "keyPlaceText")
    await until(lambda: "passphrase" in place.text())
    settings = app.find(SettingsWindow, "settingsWindow")
    await until(lambda: app.find(QWidget, "cancelButton").isEnabled())
    settings.reject()
    await until(lambda: not settings.isVisible())


async def back_up(app: RunningApp) -> None:
    app.window.commands.backups.trigger()
    await until(lambda: app.shows("backUpButton"))
    app.click("backUpButton")
    copies = app.home / "backups"
    await until(lambda: copies.is_dir() and list(copies.glob("*.db")))
    await until(lambda: app.find(QWidget, "backUpButton").isEnabled())
    app.find(QDialog, "backupsDialog").reject()


async def export(app: RunningApp, directory: Path) -> None:
    """Export the conversation in every form that is text."""
    directory.mkdir()
    for form in ("Json", "Markdown", "Html"):
        app.window.commands.export.trigger()
        await until(lambda: app.shows("exportButton"))
        await until(lambda: app.find(QRadioButton, "exportAll").text().endswith("(1)"))
        app.click(f"export{form}")
        app.click("exportButton")
        target = directory / f"talk.{form.lower()}"
        await choose(app, "saveFileDialog", target)
        await until(target.exists)
        await until(lambda: app.find(QWidget, "exportButton").isEnabled())
        said = app.find(QLabel, "exportProgressText").text()
        assert said == f"1 conversation written to {target.name}."
        dialog = app.find(QDialog, "exportDialog")
        dialog.close()
        await until(lambda dialog=dialog: not dialog.isVisible())
    assert len(list(directory.iterdir())) == 3


async def import_again(app: RunningApp, path: Path) -> None:
    """Put in what was exported, under another id, so that all of it is new."""
    record = json.loads(path.read_text())
    [talk] = record["conversations"]
    talk["id"] = str(uuid4())
    for message in talk["messages"]:
        message["id"], message["parent_id"] = str(uuid4()), None
    again = path.with_name("again.json")
    again.write_text(json.dumps(record))
    app.window.commands.import_.trigger()
    await choose(app, "openFileDialog", again)
    await until(lambda: app.shows("importButton"))
    await until(lambda: app.find(QWidget, "importButton").isEnabled())
    app.click("importButton")
    said = app.find(QLabel, "importProgressText")
    await until(lambda: said.text().startswith("1 conversation"))
    dialog = app.find(QDialog, "importDialog")
    dialog.close()
    await until(lambda: not dialog.isVisible())


def crash() -> None:
    """Fail where nobody catches it, with the key in the words."""
    secret_in_a_local = KEY
    raise RuntimeError(f"The request with {secret_in_a_local} failed.")


@pytest.mark.usefixtures("_everything_is_logged")
async def test_a_key_is_on_no_disk_whatever_it_went_through(
    app: RunningApp, temporary: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with WireServer(*[REFUSAL] * 30) as server:
        await app.start()
        shout()
        await set_up(app, server.url)
        await app.ask("Say hello.")
        shown = await app.answer()
        assert KEY not in shown
        assert "refused" in shown or "rejected" in shown or "key" in shown
    await lock_with_a_passphrase(app)
    await back_up(app)
    exported = temporary.parent / "exported"
    await export(app, exported)
    await import_again(app, exported / "talk.json")
    QTimer.singleShot(0, crash)
    log = app.home / "log" / "parley.log"
    await until(lambda: "RuntimeError" in log.read_text())
    reports = app.home / "log" / "crashes"
    await until(lambda: any("RuntimeError" in path.read_text() for path in reports.glob("*.txt")))
    assert KEY not in app.window.windowTitle()
    await app.close()

    assert found_in(app.home, temporary, exported) == []
    assert "secret_in_a_local =" not in log.read_text()
    caplog.clear()  # the crash was meant
