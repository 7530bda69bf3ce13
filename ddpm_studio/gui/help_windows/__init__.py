"""Windows of the help: what the program runs with, and the words and symbols of the field."""
