"""The names of a plot's lines, and their numbers at the moment."""
