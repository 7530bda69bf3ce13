"""Formulas that somebody types: read by an allow-list, computed by NumPy, and written again as text and as code."""
