"""Tests of the search for the best steps in the window."""
