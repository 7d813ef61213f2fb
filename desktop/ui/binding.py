"""Loads Qt's Python binding, for whoever starts the app."""

import builtins
import importlib


def load_qt() -> None:
    """Import PySide6 and take its import hook away again.

    The hook serves features that Parley does not use and slows every later import by a
    third, those of Parley's own modules before the first paint among them.

    Raises:
        ImportError: a library that Qt needs, such as libEGL, is not installed.
    """
    plain_import = builtins.__import__
    importlib.import_module("PySide6.QtWidgets")
    builtins.__import__ = plain_import
