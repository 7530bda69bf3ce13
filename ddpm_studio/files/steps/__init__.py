"""Lists of steps in files: read from whatever has one, and written for other programs."""
