"""Laboratory in the window: which solver, steps and schedule are best for a checkpoint, asked, measured and shown."""
