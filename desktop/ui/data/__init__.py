"""Dialogs for what is stored: copies, export, import."""
