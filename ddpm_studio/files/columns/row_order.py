"""Order of a table's rows: by the steps that a column counts, however they are sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

COUNT = "t"
"""The key of the numbers that count the rows, beside those of quantities."""

_COUNTS = (COUNT, "timestep", "timesteps", "step", "steps")


def count_among(names: Sequence[str]) -> dict[str, str]:
    """The name of what counts the steps, by COUNT; nothing where none has such a name.

    >>> count_among(["beta", "Step"]), count_among(["beta"])
    ({'t': 'Step'}, {})
    """
    by_name = {name.strip().lower(): name for name in reversed(names)}
    return next(({COUNT: by_name[each]} for each in _COUNTS if each in by_name), {})


def in_order(numbers: Array, others: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Numbers, shape (T,), and the others of the table, in the order of those that count its rows, which are left out.

    They stay as they are where nothing counts them, or counts two of them alike.

    >>> in_order(np.array([0.3, 0.1, 0.2]), {"t": np.array([2.0, 0.0, 1.0])})[0].tolist()
    [0.1, 0.2, 0.3]
    """
    left = {key: values for key, values in others.items() if key != COUNT}
    count = others.get(COUNT, numbers[:0])
    if len(count) != len(numbers) or not np.isfinite(count).all() or len(np.unique(count)) < len(count):
        return numbers, left
    if not ((count == np.rint(count)).all() or (np.diff(count) < 0).all()):
        return numbers, left  # Such as 1,001 that was read as 1.001.
    order = np.argsort(count)
    return numbers[order], {key: each[order] if len(each) == len(order) else each for key, each in left.items()}
