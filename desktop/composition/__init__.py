"""The composition root's parts: each builds what answers one piece of the window."""
