"""Readers that turn the bytes of a file into tensors and plain values. Nothing in it is executed, and no network is
known here.
"""
