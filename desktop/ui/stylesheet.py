"""The application's style sheet, written from a theme's tokens.

Widgets ask for a look by the dynamic property `kind`; see `desktop.ui.look.set_kind`.
"""

from desktop.core.resources import resource
from desktop.ui.tokens import Tokens


def stylesheet(tokens: Tokens) -> str:
    """Return the whole style sheet for `tokens`."""
    parts = (_surfaces, _labels, _buttons, _fields, _choices, _lists, _menus, _scroll_bars)
    return "".join(part(tokens) for part in parts)


def _surfaces(t: Tokens) -> str:
    return f"""
    QMainWindow, QDialog, QWidget[kind="page"] {{ background: {t.background}; }}
    QWidget[kind="side"] {{ background: {t.side}; }}
    QWidget[kind="header"] {{ border-bottom: 1px solid {t.border}; background: {t.background}; }}
    QFrame[kind="card"] {{
        background: {t.field}; border: 1px solid {t.border}; border-radius: 12px;
    }}
    QFrame[kind="notice"] {{
        background: {t.bubble}; border: 1px solid {t.border}; border-radius: 10px;
    }}
    QFrame[kind="error"] {{
        background: {t.danger_soft}; border: 1px solid {t.danger_soft}; border-radius: 10px;
    }}
    QFrame[kind="line"] {{ background: {t.border}; border: none; }}
    QDialog#switcher {{
        background: {t.field}; border: 1px solid {t.border}; border-radius: 12px;
    }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QToolTip {{
        background: {t.field}; color: {t.text}; border: 1px solid {t.border}; padding: 4px 6px;
    }}
    QSplitter::handle {{ background: {t.border}; }}
    """


def _labels(t: Tokens) -> str:
    return f"""
    QLabel {{ background: transparent; color: {t.text}; }}
    QLabel[kind="name"] {{ font-size: 15px; font-weight: 600; }}
    QLabel[kind="title"] {{ font-size: 14px; font-weight: 600; }}
    QLabel[kind="hero"] {{ font-size: 26px; font-weight: 600; }}
    QLabel[kind="strong"] {{ font-weight: 600; }}
    QLabel[kind="muted"] {{ color: {t.muted}; }}
    QLabel[kind="body"] {{ font-size: 15px; color: {t.muted}; }}
    QLabel[kind="faint"] {{ font-size: 12px; color: {t.faint}; }}
    QLabel[kind="hint"] {{ font-size: 11px; color: {t.faint}; }}
    QLabel[kind="leaves"] {{ font-size: 12px; color: {t.muted}; padding-left: 13px; }}
    QLabel[kind="danger"] {{ color: {t.danger}; }}
    QLabel[kind="success"] {{ color: {t.success}; }}
    QLabel[kind="avatar"] {{
        background: {t.accent_soft}; color: {t.accent}; border-radius: 15px;
        font-size: 12px; font-weight: 600;
    }}
    """


def _buttons(t: Tokens) -> str:
    return f"""
    QPushButton {{
        background: {t.field}; color: {t.text}; border: 1px solid {t.border};
        border-radius: 8px; padding: 7px 14px; font-weight: 500;
    }}
    QPushButton:hover {{ background: {t.hover}; }}
    QPushButton:pressed, QPushButton:checked {{ background: {t.selected}; }}
    QPushButton:focus {{ border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.faint}; }}
    QPushButton[kind="primary"], QPushButton:default {{
        background: {t.accent}; color: {t.accent_text}; border-color: {t.accent};
    }}
    QPushButton[kind="primary"]:hover, QPushButton:default:hover {{ border-color: {t.text}; }}
    QPushButton[kind="primary"]:focus {{ border-color: {t.text}; }}
    QPushButton[kind="primary"]:disabled {{
        background: {t.selected}; border-color: {t.selected}; color: {t.faint};
    }}
    QPushButton[kind="row"] {{ text-align: left; padding: 8px 11px; }}
    QPushButton[kind="menu"] {{ padding: 6px 10px 6px 12px; }}
    QPushButton[kind="quiet"] {{
        background: transparent; border-color: transparent; color: {t.muted};
    }}
    QPushButton[kind="quiet"]:hover {{ background: {t.hover}; color: {t.text}; }}
    QPushButton[kind="quiet"]:focus {{ border-color: {t.accent}; }}
    QPushButton[kind="suggestion"] {{
        background: {t.background}; color: {t.muted}; border-radius: 10px; padding: 11px 14px;
        text-align: left; font-weight: 400;
    }}
    QPushButton[kind="suggestion"]:hover {{ background: {t.hover}; color: {t.text}; }}
    QPushButton[kind="suggestion"]:focus {{ border-color: {t.accent}; }}
    QToolButton {{
        background: transparent; border: 1px solid transparent; border-radius: 8px; padding: 5px;
    }}
    QToolButton:hover {{ background: {t.hover}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {t.selected}; }}
    QToolButton[marked="true"] {{ background: {t.accent_soft}; }}
    QToolButton:focus {{ border-color: {t.accent}; }}
    QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
    """


def _fields(t: Tokens) -> str:
    fields = "QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox"
    focused = "QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus"
    return f"""
    {fields} {{
        background: {t.field}; color: {t.text}; border: 1px solid {t.border};
        border-radius: 8px; padding: 6px 10px; min-height: 20px;
        selection-background-color: {t.selection}; selection-color: {t.text};
    }}
    {focused} {{ border-color: {t.accent}; }}
    QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {{
        background: {t.side}; color: {t.faint};
    }}
    QLineEdit[kind="search"] {{ padding: 5px 10px 5px 4px; background: transparent; }}
    QLineEdit[kind="bare"] {{ border: none; background: transparent; font-size: 15px; }}
    QLineEdit[invalid="true"], QComboBox[invalid="true"] {{ border-color: {t.danger}; }}
    QComboBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
    QPlainTextEdit, QTextEdit {{
        background: transparent; color: {t.text}; border: none;
        selection-background-color: {t.selection}; selection-color: {t.text};
    }}
    QProgressBar {{
        background: {t.selected}; border: none; border-radius: 3px; height: 6px; max-height: 6px;
    }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    """


def _choices(t: Tokens) -> str:
    down = _image(f"chevron-down-{'dark' if t.dark else 'light'}")
    up = _image(f"chevron-up-{'dark' if t.dark else 'light'}")
    return f"""
    QComboBox {{ padding-right: 26px; }}
    QComboBox::drop-down {{ border: none; width: 26px; }}
    QComboBox::down-arrow {{ image: {down}; width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{
        background: {t.field}; color: {t.text}; border: 1px solid {t.border};
        border-radius: 8px; padding: 4px; outline: none;
        selection-background-color: {t.selected}; selection-color: {t.text};
    }}
    QComboBox QAbstractItemView::item {{ min-height: 28px; border-radius: 6px; padding: 0 6px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
        border: none; background: transparent; width: 22px;
    }}
    QAbstractSpinBox::up-arrow {{ image: {up}; width: 12px; height: 12px; }}
    QAbstractSpinBox::down-arrow {{ image: {down}; width: 12px; height: 12px; }}
    QCheckBox, QRadioButton {{ spacing: 8px; color: {t.text}; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {t.faint}; }}
    QCheckBox::indicator, QTreeView::indicator {{
        width: 16px; height: 16px; border: 1px solid {t.faint}; border-radius: 5px;
        background: {t.field};
    }}
    QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {t.accent}; }}
    QCheckBox::indicator:checked, QTreeView::indicator:checked {{
        background: {t.accent}; border-color: {t.accent}; image: {_image("check")};
    }}
    QCheckBox::indicator:disabled {{ border-color: {t.border}; background: {t.side}; }}
    QCheckBox:focus, QRadioButton:focus {{ color: {t.accent}; }}
    QRadioButton::indicator {{
        width: 16px; height: 16px; border: 1px solid {t.faint}; border-radius: 9px;
        background: {t.field};
    }}
    QRadioButton::indicator:hover, QRadioButton::indicator:focus {{ border-color: {t.accent}; }}
    QRadioButton::indicator:checked {{
        width: 8px; height: 8px; border: 5px solid {t.accent}; background: {t.accent_text};
    }}
    QRadioButton::indicator:disabled {{ border-color: {t.border}; background: {t.side}; }}
    """


def _lists(t: Tokens) -> str:
    return f"""
    QTableView {{ selection-background-color: transparent; }}
    QListView, QTableView {{ background: transparent; border: none; outline: none; }}
    QTreeView {{
        background: {t.field}; color: {t.text}; border: 1px solid {t.border};
        border-radius: 10px; outline: none; padding: 4px;
    }}
    QTreeView:focus {{ border-color: {t.accent}; }}
    QTreeView::item {{ padding: 6px 8px; border: none; }}
    QTreeView::item:selected {{ background: {t.selected}; color: {t.text}; }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section {{
        background: transparent; color: {t.faint}; border: none; padding: 4px 8px 6px 8px;
        font-size: 12px;
    }}
    QListView QLineEdit, QTableView QLineEdit {{
        padding: 2px 6px; min-height: 18px; border-radius: 6px; border-color: {t.accent};
    }}
    """


def _menus(t: Tokens) -> str:
    theme = "dark" if t.dark else "light"
    return f"""
    QMenuBar {{ background: {t.side}; color: {t.text}; padding: 2px 6px; }}
    QMenuBar::item {{ padding: 5px 9px; border-radius: 6px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.selected}; }}
    QMenu {{
        background: {t.field}; color: {t.text}; border: 1px solid {t.border}; padding: 5px;
    }}
    QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {t.selected}; color: {t.text}; }}
    QMenu::item:disabled {{ color: {t.faint}; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 5px 8px; }}
    QMenu::indicator {{ width: 14px; height: 14px; margin-left: 9px; }}
    QMenu::indicator:checked {{ image: {_image(f"check-{theme}")}; }}
    QMenu::right-arrow {{ image: {_image(f"chevron-right-{theme}")}; width: 14px; height: 14px; }}
    """


def _scroll_bars(t: Tokens) -> str:
    handle = "#46464f" if t.dark else "#c9c9d0"
    return f"""
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; border: none; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; border: none; }}
    QScrollBar::handle {{ background: {handle}; border-radius: 3px; }}
    QScrollBar::handle:hover {{ background: {t.faint}; }}
    QScrollBar::handle:vertical {{ min-height: 36px; }}
    QScrollBar::handle:horizontal {{ min-width: 36px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    """


def _image(name: str) -> str:
    return f'url("{resource(f"themes/{name}.svg").as_posix()}")'
