"""Conversations in and out: our own JSON, other programs' exports, and formats to read."""
