"""Bytes of a file become tensors and plain values. Nothing in it is executed, and no network is known here."""
