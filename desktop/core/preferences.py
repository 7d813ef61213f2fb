"""How the user wants the app to look and to react: read before the first paint."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

ThemeMode = Literal["system", "light", "dark"]
SendKey = Literal["enter", "ctrl_enter"]
Language = Literal["system", "en"]
"""Whose forms dates and numbers take; the words are English, the one language there is."""

NORMAL_TEXT_PX = 15
SMALLEST_TEXT_PX, LARGEST_TEXT_PX = 11, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the page General sets.

    `text_px` is the height of the chat's text in pixels at 100 %; `send_key` what sends a
    message, `ctrl_enter` leaving Enter to break lines; `model_titles` lets the model that
    answers name new conversations.
    """

    theme: ThemeMode = "system"
    text_px: int = NORMAL_TEXT_PX
    send_key: SendKey = "enter"
    language: Language = "system"
    model_titles: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return what `preferences_from` reads."""
        return asdict(self)


def preferences_from(app: Mapping[str, Any]) -> Preferences:
    """Read the app's own settings, by key; what makes no sense is as if it were not there.

    A theme that stands with the window's place, where version 0.1 kept it, counts too.
    """
    row, window = _object(app.get("general")), _object(app.get("window"))
    theme: Any = row.get("theme", window.get("theme"))
    text_px: Any = row.get("text_px")
    return Preferences(
        theme=theme if theme in get_args(ThemeMode) else "system",
        text_px=_text_px(text_px) if type(text_px) is int else NORMAL_TEXT_PX,
        send_key="ctrl_enter" if row.get("send_key") == "ctrl_enter" else "enter",
        language="en" if row.get("language") == "en" else "system",
        model_titles=row.get("model_titles") is not False,
    )


def _text_px(wanted: int) -> int:
    return min(max(wanted, SMALLEST_TEXT_PX), LARGEST_TEXT_PX)


def _object(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}
