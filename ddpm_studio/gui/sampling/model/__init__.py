"""Model page: the open checkpoint's card, the questions about one that is not open, and trials of its readings."""
