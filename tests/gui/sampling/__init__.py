"""Tests of the sampling panel."""
