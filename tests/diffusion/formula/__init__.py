"""Tests of formulas that somebody types."""
