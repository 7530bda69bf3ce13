"""Soak: a window that is acted in at random, and watched."""
