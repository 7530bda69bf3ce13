"""Tests of the table of a sweep."""
