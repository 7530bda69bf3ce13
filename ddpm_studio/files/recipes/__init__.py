"""Recipes: what made a file, carried in its metadata, and read from there as a stranger's words."""
