"""Projects: the window's state as a file, which a person keeps or the session keeps for them."""
