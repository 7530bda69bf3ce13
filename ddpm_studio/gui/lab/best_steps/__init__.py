"""Best steps: noise levels that are searched for, for one checkpoint, solver and number of steps."""
