"""Executors: where the points of a sweep are drawn, each of the shape of concurrent.futures."""
