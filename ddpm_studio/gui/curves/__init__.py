"""The curves panel: a grid of plots with one cursor."""
