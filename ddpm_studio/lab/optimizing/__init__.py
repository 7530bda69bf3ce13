"""Best steps for a checkpoint: the noise levels at which a solver comes nearest to a fine run from the same noise."""
