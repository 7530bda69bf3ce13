"""The lines of a plot: those of families, and the picture that is kept of all of them."""
