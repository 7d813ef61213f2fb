"""Widgets: show what they are told, report what the user did."""
