"""Benchmarks: ratios taken in one run, A B A B, because these machines are shared. `python -m tests.benchmarks`."""
