"""Building blocks of several families. Nothing here knows a family."""
