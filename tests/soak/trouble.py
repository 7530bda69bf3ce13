"""Trouble: what a soak looks for."""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818
    """Something that is wrong with the program, in one sentence."""
