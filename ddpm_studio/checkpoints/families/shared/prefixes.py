"""Prefix of the weights to sample with in a file that holds several sets, and the names that they have there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from ddpm_studio.errors import CheckpointError

T = TypeVar("T")

_AVERAGED = re.compile(r"(?<![A-Za-z])ema|EMA|shadow|(?<![A-Za-z])(?:swa|avg|averaged?)(?![A-Za-z])")
"""A word of the names that averaged weights are kept under."""


def best_prefix(names: Iterable[str], marker: str) -> str | None:
    """The prefix before `marker` in the names of the best weights, "" if there is none; None if no name has `marker`.

    Averaged weights (EMA) take precedence over those of the last step, and a shorter prefix over a longer one.

    >>> best_prefix(["model.a.weight", "ema.online_model.a.weight", "ema.ema_model.a.weight"], "a.weight")
    'ema.ema_model.'
    """
    ends = (name for name in names if name == marker or name.endswith(f".{marker}"))
    prefixes = {name.removesuffix(marker) for name in ends}
    return min(prefixes, key=lambda text: ("online" in text, not is_averaged(text), len(text), text), default=None)


def is_averaged(prefix: str) -> bool:
    """True if weights under this prefix are a moving average.

    >>> [name for name in ("model_ema.", "EMA.", "netEMA.", "swa_model.", "semantic.", "ema.online_model.")
    ...  if is_averaged(name)]
    ['model_ema.', 'EMA.', 'netEMA.', 'swa_model.']
    """
    return bool(_AVERAGED.search(prefix)) and "online" not in prefix


def under(prefix: str, named: Mapping[str, T]) -> dict[str, T]:
    """What is named with this prefix, by the rest of its name.

    >>> under("ema.", {"ema.a": 1, "ema.b.c": 2, "a": 3})
    {'a': 1, 'b.c': 2}
    """
    return {name.removeprefix(prefix): each for name, each in named.items() if name.startswith(prefix)}


@contextmanager
def named_as(in_file: Callable[[str], str]) -> Iterator[None]:
    """Turn names of tensors in refusals into those that they have `in_file`, or would have."""
    try:
        yield
    except CheckpointError as error:
        name = str(error.values.get("name", ""))
        if "." not in name:  # Which every tensor's has, and nothing else that is called a name.
            raise
        values = {**error.values, "name": in_file(name)}
        raise type(error)(error.template, **values) from error
