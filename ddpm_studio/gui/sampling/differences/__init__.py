"""The dialog that compares two lists of steps."""
