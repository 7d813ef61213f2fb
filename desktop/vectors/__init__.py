"""Nearest neighbours among many vectors, in a memory-mapped file that can always be made anew."""
