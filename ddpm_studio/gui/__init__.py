"""The window. It knows everything beneath it; nothing beneath knows it."""
