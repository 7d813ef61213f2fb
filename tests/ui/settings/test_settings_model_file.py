"""Choosing a model file: what the menu opens, and what then stands in the fields."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from desktop.ui.settings.model_combo import ModelCombo
from tests.ui.settings.conftest import Room, until

pytestmark = pytest.mark.qt_loop


async def open_dialog(room: Room) -> QFileDialog:
    await room.open()
    QTest.keyClicks(room.find(QComboBox, "providerCombo"), "OpenAI C")
    choose = room.window.findChild(QAction, "chooseModelFileAction")
    assert choose is not None
    choose.trigger()
    return room.find(QFileDialog, "modelFileDialog")


async def test_a_chosen_file_fills_endpoint_and_model(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "My <own> model.gguf"
    path.write_bytes(b"GGUF")
    dialog = await open_dialog(room)
    assert dialog.isVisible()
    assert dialog.nameFilters() == ["Model files (*.gguf)"]

    dialog.selectFile(str(path))
    dialog.accept()
    await until(lambda: room.find(QLineEdit, "endpointEdit").text())

    assert room.find(QLineEdit, "endpointEdit").text() == f"local://{path}"
    assert room.find(ModelCombo, "modelCombo").currentText() == "My <own> model"
    room.click("saveButton")
    await until(lambda: not room.window.isVisible())
    row = await room.home.row("llm", "completions_config")
    assert row is not None
    assert (row["endpoint"], row["model"]) == (f"local://{path}", "My <own> model")


async def test_a_dialog_that_is_left_changes_nothing_and_is_gone(room: Room) -> None:
    dialog = await open_dialog(room)

    dialog.reject()
    await until(lambda: room.window.findChild(QWidget, "modelFileDialog") is None)

    assert room.find(QLineEdit, "endpointEdit").text() == ""
    assert room.window.isVisible()
