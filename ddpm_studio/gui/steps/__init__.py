"""Controls of steps: their text as it is typed, and each of its options."""
