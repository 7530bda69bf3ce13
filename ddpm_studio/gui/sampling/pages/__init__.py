"""Pages for looking at a run: watch, compare, solver, and the timeline below them."""
