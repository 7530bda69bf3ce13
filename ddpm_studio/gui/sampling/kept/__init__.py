"""Runs that are kept: shown as cards, compared by a swipe, and set up again."""
