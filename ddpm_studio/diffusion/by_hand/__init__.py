"""Schedules drawn by hand: their points, moved and matched."""
