"""Laboratory: what solvers, steps and schedules make of a checkpoint, measured, and the best steps for it, found."""
