"""Preferences read from whatever stands in the database."""

from typing import Any

import pytest

from desktop.core.preferences import Preferences, preferences_from


def test_what_was_written_is_read() -> None:
    chosen = Preferences(
        theme="dark", text_px=18, send_key="ctrl_enter", language="en", model_titles=False
    )

    assert preferences_from({"general": chosen.to_json()}) == chosen


def test_the_theme_that_stands_with_the_window_counts_until_another_is_saved() -> None:
    window = {"theme": "dark"}

    assert preferences_from({"window": window}).theme == "dark"
    assert preferences_from({"window": window, "general": {"theme": "light"}}).theme == "light"


@pytest.mark.parametrize(
    "row", [None, [], "dark", {"theme": "pink", "text_px": "15", "send_key": 1}, {"text_px": True}]
)
def test_what_makes_no_sense_is_as_if_it_were_not_there(row: Any) -> None:
    assert preferences_from({"general": row}) == Preferences()


@pytest.mark.parametrize(("stored", "used"), [(1, 11), (900, 28), (20, 20)])
def test_the_text_stays_readable(stored: int, used: int) -> None:
    assert preferences_from({"general": {"text_px": stored}}).text_px == used
