"""What the settings window adds to the application's style sheet."""

from desktop.ui.tokens import Tokens


def settings_stylesheet(t: Tokens) -> str:
    """Return the additions for `t`."""
    return f"""
    QScrollArea {{ background: {t.background}; }}
    QWidget#settingsNavigation {{ background: {t.side}; border-right: 1px solid {t.border}; }}
    QWidget#settingsNavigation QLineEdit {{ background: {t.field}; }}
    QListWidget#settingsPageList {{ font-weight: 500; }}
    QListWidget#settingsPageList::item {{
        border-radius: 8px; padding: 0 8px; color: {t.muted}; margin-bottom: 2px;
    }}
    QListWidget#settingsPageList::item:hover {{ background: {t.hover}; }}
    QListWidget#settingsPageList::item:selected {{ background: {t.selected}; color: {t.text}; }}
    QLabel[kind="fieldProblem"] {{ color: {t.danger}; font-size: 12px; }}
    QFrame[kind="stages"] {{
        background: {t.side}; border: 1px solid {t.border}; border-radius: 10px;
    }}
    QComboBox#providerCombo {{ padding-left: 12px; }}
    QAbstractSpinBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
    QPushButton[kind="quiet"] {{ padding: 6px 8px; }}
    QToolButton[kind="fold"] {{
        color: {t.muted}; font-weight: 500; padding: 4px 8px 4px 0; margin-left: -4px;
    }}
    QToolButton[kind="fold"]:hover {{ background: transparent; color: {t.text}; }}
    QToolButton[kind="fold"]:checked {{ background: transparent; }}
    QPushButton[kind="link"] {{
        background: transparent; border-color: transparent; color: {t.accent};
        padding: 0 2px; font-weight: 500;
    }}
    QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
    QPushButton[kind="link"]:focus {{ border-color: {t.accent}; }}
    """
