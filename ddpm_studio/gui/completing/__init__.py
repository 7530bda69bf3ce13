"""Offers of what a text in a field can go on with, and marks under what is wrong in it."""
