"""Tests of sweeps that run beside the window."""
