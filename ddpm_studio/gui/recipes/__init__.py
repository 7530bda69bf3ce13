"""The window set up again as a file was made, by the recipe in it."""
