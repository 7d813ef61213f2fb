"""Which files are taken for models."""

from pathlib import Path

import pytest

from desktop.core.errors import LocalModelError
from desktop.local.model_file import DEMO_MODEL, LocalModel, find_model, short_name


def test_the_demo_model_is_found_by_its_name(tmp_path: Path) -> None:
    model = find_model("smollm2-135m-instruct")

    assert model is DEMO_MODEL
    assert model.path_in(tmp_path) == tmp_path / "SmolLM2-135M-Instruct.Q4_1.gguf"


def test_a_gguf_file_is_found_by_its_path(tmp_path: Path, gguf: bytes) -> None:
    path = tmp_path / "My Model.gguf"
    path.write_bytes(gguf)

    model = find_model(str(path))

    assert model.title == "My Model"
    assert model.path_in(Path("/elsewhere")) == path
    assert model.is_intact(path)


def test_another_kind_of_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.gguf"
    path.write_text("dear diary")

    with pytest.raises(LocalModelError, match=r"notes\.gguf is not a GGUF model file\. Choose"):
        LocalModel.from_file(path)


def test_a_missing_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(LocalModelError, match="No such file or directory"):
        LocalModel.from_file(tmp_path / "gone.gguf")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(LocalModelError, match="no local model called gpt-5"):
        find_model("gpt-5")


def test_a_file_that_changed_is_not_intact(tmp_path: Path, gguf: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf)
    model = LocalModel.from_file(path)

    path.write_bytes(gguf + b"more")

    assert not model.is_intact(path)
    assert not model.is_intact(tmp_path / "gone.gguf")


def test_a_file_is_called_by_its_name_and_a_known_model_by_its_own(tmp_path: Path) -> None:
    assert short_name(str(tmp_path / "My model.v2.gguf")) == "My model.v2"
    assert short_name("smollm2-135m-instruct") == "smollm2-135m-instruct"
