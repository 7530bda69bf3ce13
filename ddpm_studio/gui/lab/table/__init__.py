"""Table of the results of a sweep."""
