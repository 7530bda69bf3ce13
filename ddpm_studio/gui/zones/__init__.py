"""The zones of the window: they share its room out, fold, and open in windows of their own."""
