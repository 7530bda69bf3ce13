"""The pages on which a run is looked at: watch, compare, solver, and the timeline under them."""
