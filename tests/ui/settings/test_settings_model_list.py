"""What the list of models says about each, in the user's language."""

from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from desktop.ui.settings.model_list import FactsRole, ModelList

CHAT = {
    "id": "alpha",
    "display_name": "Alpha",
    "kind": "chat",
    "retires": "2027-01-31",
    "context_window": 1_050_000,
    "input_price": 1.25,
    "output_price": 10.0,
}
EMBEDDING = {
    "id": "vectors",
    "display_name": "vectors",
    "kind": "embedding",
    "context_window": 8192,
    "dimensions": 1536,
    "input_price": 0.02,
    "output_price": 0.0,
}


class Shouting(QTranslator):
    """Translates into capitals."""

    def translate(
        self,
        context: str | bytes | bytearray | memoryview,
        source_text: str | bytes | bytearray | memoryview,
        /,
        disambiguation: str | bytes | bytearray | memoryview | None = None,
        n: int = -1,
    ) -> str:
        return str(source_text).upper().replace("%N", "%n")


@pytest.fixture
def shouted(qapp: QApplication) -> Iterator[None]:
    translator = Shouting()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def facts(model: Mapping[str, object]) -> str:
    models = ModelList()
    models.set_models([model])
    return str(models.index(0).data(FactsRole))


@pytest.mark.usefixtures("qapp")
def test_what_is_known_is_said_in_words() -> None:
    assert facts(CHAT) == (
        "Alpha  ·  retires 2027-01-31  ·  1.05M context  ·  $1.25 / $10.00 per 1M"
    )
    assert facts(EMBEDDING) == "8.19K context  ·  1536 dimensions  ·  $0.02 per 1M"
    assert facts({"id": "beta", "display_name": "beta"}) == ""


@pytest.mark.usefixtures("shouted")
def test_all_words_can_be_translated() -> None:
    assert facts(CHAT) == (
        "Alpha  ·  RETIRES 2027-01-31  ·  1.05M CONTEXT  ·  $1.25 / $10.00 PER 1M"
    )
    assert "1536 DIMENSIONS" in facts(EMBEDDING)
