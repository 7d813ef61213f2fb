"""The tables, one module each subject."""
