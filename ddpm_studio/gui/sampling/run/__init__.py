"""Controls of a run: checkpoint, solver, steps, options and buttons."""
