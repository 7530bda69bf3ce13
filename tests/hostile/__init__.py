"""Files that somebody made to do harm: a table of classes and formats, and the doors that each is brought to."""
