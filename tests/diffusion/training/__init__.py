"""Tests of training objectives."""
