"""Preferences: what a person sets once and means for all sessions and projects."""
