"""Executors with the shape of `concurrent.futures`: points are drawn here, in other processes, or on other machines."""
