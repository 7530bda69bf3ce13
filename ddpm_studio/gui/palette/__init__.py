"""The command palette: everything that can be done in the window, found by a few letters of its name."""
