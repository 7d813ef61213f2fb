"""The table of providers that everything else goes by."""

import pytest

from desktop.cli import main
from desktop.llm import LLMProvider


def test_every_provider_has_a_name_of_its_own() -> None:
    names = [provider.display_name for provider in LLMProvider]

    assert "Anthropic" in names
    assert len(set(names)) == len(names)


def test_the_command_offers_every_provider(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ask", "--help"])

    offered = "{" + ",".join(LLMProvider) + "}"
    assert offered in capsys.readouterr().out
