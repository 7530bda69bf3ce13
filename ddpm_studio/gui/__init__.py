"""The window. It knows every layer below it; none of them knows it."""
