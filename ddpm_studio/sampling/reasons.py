"""Reasons that errors of foreign code give, as part of a sentence."""

from __future__ import annotations

from textwrap import shorten

LONGEST_REASON = 240
"""Characters; torch takes three thousand to refuse an operator that a kind of tensor does not have."""


_IN_SCRIPT = "The following operation failed in the TorchScript interpreter."


def reason_of(error: Exception) -> str:
    """The first line of an error, shortened and without a full stop, or its class if it has no message.

    A line that ends with a colon takes the next one with it. Of an error in TorchScript it is the last one: the first
    is always the same, and a traceback lies between.

    >>> reason_of(ValueError("Expected 4 channels.\\nAt: conv_in")), reason_of(KeyError())
    ('Expected 4 channels', 'KeyError')
    """
    lines = str(error).strip().splitlines() or [type(error).__name__]
    line = lines[-1].partition("Error: ")[2] or lines[-1] if lines[0] == _IN_SCRIPT else lines[0]
    if line.endswith(":"):
        line = " ".join(lines[:2])
    return shorten(line.rstrip(".:"), LONGEST_REASON, placeholder=" …")
