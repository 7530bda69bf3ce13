"""The model page: the open checkpoint's card, what is asked about one that is not open, and trials of its readings."""
