"""Tests of kept runs."""
