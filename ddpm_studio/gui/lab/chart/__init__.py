"""Chart of error over network calls."""
