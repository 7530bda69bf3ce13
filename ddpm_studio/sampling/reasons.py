"""What an error of foreign code says, as a part of a sentence."""

from __future__ import annotations

from textwrap import shorten

LONGEST_REASON = 240
"""Characters; torch refuses an operator that a kind of tensor does not have in three thousand."""


def reason_of(error: Exception) -> str:
    """The first line of an error, without a full stop and cut where it is long; its class where it says nothing.

    >>> reason_of(ValueError("Expected 4 channels.\\nAt: conv_in")), reason_of(KeyError())
    ('Expected 4 channels', 'KeyError')
    """
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return shorten(first.rstrip("."), LONGEST_REASON, placeholder=" …")
