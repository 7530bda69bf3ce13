"""Results of a sweep: a folder with a database of its points, and with their pictures."""
