"""Asking: the question of a sweep, as a form and as its text."""
