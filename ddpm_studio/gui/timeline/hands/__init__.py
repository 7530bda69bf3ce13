"""Hands on the steps of lanes."""
