"""Fields that are typed into: what counts as finished, what becomes of a refused text, and whose keys are whose."""
