"""Imaging: what a file of a picture says beside its pixels."""
