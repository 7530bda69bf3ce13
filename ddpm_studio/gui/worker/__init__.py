"""Sampling alongside the window: a thread that draws, and what passes between it and the window."""
