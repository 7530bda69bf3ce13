"""Running of a sweep beside the window, how far it is, and what is there of it so far."""
