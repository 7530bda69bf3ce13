"""Figures for print in the window: a page with a preview, and the files that are written of it."""
