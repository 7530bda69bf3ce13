"""Guided questions: scenes that set the window up, say one thing, and ask for one gesture."""
