"""Sampling panel: a checkpoint sampled along a schedule, watched step by step."""
