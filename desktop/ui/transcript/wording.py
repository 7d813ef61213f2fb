"""The transcript's own words, in the reader's language."""

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """Translate a text of the transcript; most of what speaks here is no QObject."""
    return QCoreApplication.translate("Transcript", text)
