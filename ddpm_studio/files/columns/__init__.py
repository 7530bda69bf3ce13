"""Columns of numbers: what they are, and the β that follow from them."""
