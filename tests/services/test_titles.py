"""Titles from the first exchange: by the model, never over the user's own."""

import pytest

from desktop.services.titles import clean_title


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Soup for two", "Soup for two"),
        ('"Soup for two."', "Soup for two"),
        ("\n\n**Soup for two**\n\nIt is about soup.", "Soup for two"),
        ("Title: Soup", "Soup"),
        ("", ""),
        ("'' \n \"", ""),
        ("Sure! Here is a title that I think would fit this conversation very well indeed", ""),
        ("x" * 200, ""),
    ],
)
def test_what_a_model_says_is_a_title_or_nothing(said: str, title: str) -> None:
    assert clean_title(said) == title
