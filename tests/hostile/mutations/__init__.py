"""Mutations of good files of each format, and what becomes of them."""
