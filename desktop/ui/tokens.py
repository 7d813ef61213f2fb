"""The colours and measures of each theme; everything painted takes them from here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One theme: colours as `#rrggbb`; faint text keeps 4.5:1 against its background."""

    dark: bool
    background: str
    side: str
    text: str
    muted: str
    faint: str
    border: str
    bubble: str
    hover: str
    selected: str
    accent: str
    accent_text: str
    accent_soft: str
    code_background: str
    code_header: str
    field: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    success: str
    selection: str
    found: str
    found_here: str
    # code colours
    keyword: str
    name: str
    builtin: str
    string: str
    number: str
    comment: str


LIGHT = Tokens(
    dark=False,
    background="#ffffff",
    side="#f6f6f7",
    text="#1b1b1f",
    muted="#63636d",
    faint="#70707a",
    border="#e6e6ea",
    bubble="#f1f1f4",
    hover="#ececf0",
    selected="#e4e4ea",
    accent="#5b5bd6",
    accent_text="#ffffff",
    accent_soft="#ececfb",
    code_background="#fafafb",
    code_header="#f2f2f4",
    field="#ffffff",
    danger="#c4303a",
    danger_soft="#fdeeee",
    warning="#8f5a00",
    warning_soft="#fdf4e3",
    success="#217a3c",
    selection="#d5d5f6",
    found="#fbe7a3",
    found_here="#ffb85c",
    keyword="#7a3fc8",
    name="#2f5fd0",
    builtin="#0f7b8a",
    string="#26864a",
    number="#b45309",
    comment="#6f6f78",
)

DARK = Tokens(
    dark=True,
    background="#17171b",
    side="#111114",
    text="#e9e9ee",
    muted="#a2a2ad",
    faint="#8a8a94",
    border="#2b2b32",
    bubble="#25252b",
    hover="#222228",
    selected="#2a2a32",
    accent="#7b7bf2",
    accent_text="#ffffff",
    accent_soft="#2a2a52",
    code_background="#101013",
    code_header="#1d1d22",
    field="#1d1d22",
    danger="#f2777f",
    danger_soft="#3a2024",
    warning="#e0b060",
    warning_soft="#35290f",
    success="#6cc486",
    selection="#3d3d78",
    found="#4d4218",
    found_here="#96600a",
    keyword="#c792ea",
    name="#82aaff",
    builtin="#5fc4d6",
    string="#9ece6a",
    number="#f0a860",
    comment="#8b8b96",
)

BODY_PX = 15
CHROME_PX = 13
RADIUS = 8
RADIUS_CARD = 10
RADIUS_BUBBLE = 16
COLUMN_WIDTH = 740
SIDEBAR_WIDTH = 268
