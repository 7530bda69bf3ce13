"""Recipes of what a state shows and of its runs."""
