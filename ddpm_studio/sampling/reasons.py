"""Reasons that errors of foreign code give, as part of a sentence."""

from __future__ import annotations

from textwrap import shorten

LONGEST_REASON = 240
"""Characters; torch takes three thousand to refuse an operator that a kind of tensor does not have."""


def reason_of(error: Exception) -> str:
    """The first line of an error, shortened and without a full stop, or its class if it has no message.

    >>> reason_of(ValueError("Expected 4 channels.\\nAt: conv_in")), reason_of(KeyError())
    ('Expected 4 channels', 'KeyError')
    """
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return shorten(first.rstrip("."), LONGEST_REASON, placeholder=" …")
