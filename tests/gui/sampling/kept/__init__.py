"""Tests of the cards of kept runs."""
