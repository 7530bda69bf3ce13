"""Tests of the lab in the window."""
