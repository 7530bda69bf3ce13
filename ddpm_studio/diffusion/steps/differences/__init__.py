"""Differences between two lists of steps, and the conventions that explain them."""
