"""Classifiers of pictures: refused by name."""
