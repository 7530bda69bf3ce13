"""Kept runs: what was drawn in the window, a file a run, there again at the next start."""
