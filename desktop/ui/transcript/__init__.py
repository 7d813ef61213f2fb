"""The reading surface: messages as a virtualised list of blocks."""
