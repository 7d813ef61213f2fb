"""Use cases: settings, chat, conversations."""
