"""Files in and out: read with bounds and never executed, written whole or not at all."""
