"""JSON as the program writes it for others: infinity as 1e999, what is not there as null, and all of it UTF-8."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

_INFINITE = re.compile(r"(?m)(?<=[ -])Infinity(?=,?$)")
"""Infinity as a number, which has a line of its own, and not in the name of a file."""


def json_text(content: object) -> str:
    r"""`content`, of mappings, sequences, texts and numbers, as one document of JSON that ends in a line break.

    JSON has no infinity and no NaN: 1e999 is read as infinity wherever numbers are float64, and null stands for NaN.

    >>> print(json_text({"sigma": (0.5, math.inf, math.nan), "file": "σ\udcff.csv"}), end="")
    {
     "sigma": [
      0.5,
      1e999,
      null
     ],
     "file": "σ\udcff.csv"
    }
    """
    whole = json.dumps(_without_nan(content), ensure_ascii=False, indent=1)
    # A surrogate stands for a byte of a file's name that is no UTF-8.
    return _INFINITE.sub("1e999", whole).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _without_nan(content: object) -> object:
    if isinstance(content, Mapping):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and math.isnan(content) else content
