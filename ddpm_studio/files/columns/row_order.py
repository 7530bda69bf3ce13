"""Order of a table's rows: by the steps that a column counts, however they are sorted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

COUNT = "t"
"""The key of the numbers that count the rows, beside those of quantities."""

_GROUPED, _UNGROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+"), re.compile(r"\d{1,3}")
"""A whole number from 1000 on with marks between its thousands, and one below it, which has none."""

_COUNTS = (COUNT, "timestep", "timesteps", "step", "steps")


def count_among(names: Sequence[str]) -> dict[str, str]:
    """The name of what counts the steps, by COUNT; nothing where none has such a name.

    >>> count_among(["beta", "Step"]), count_among(["beta"])
    ({'t': 'Step'}, {})
    """
    by_name = {name.strip().lower(): name for name in reversed(names)}
    return next(({COUNT: by_name[each]} for each in _COUNTS if each in by_name), {})


def without_groups(cells: Sequence[object]) -> Sequence[object]:
    """What counts rows without marks between thousands, where numbers from 1000 on, and these alone, have some.

    >>> without_groups(["500", "1,000"]), without_groups(["1.000", "2.000"])
    (['500', '1000'], ['1.000', '2.000'])
    """
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    grouped = [bool(_GROUPED.fullmatch(text)) for text in texts]
    rest = (text for text, has_marks in zip(texts, grouped, strict=True) if not has_marks)
    if len(texts) < len(cells) or all(grouped) or not any(grouped) or not all(map(_UNGROUPED.fullmatch, rest)):
        return cells
    return [re.sub("[.,]", "", text) for text in texts]


def are_counted(numbers: Array, others: Mapping[str, Array]) -> bool:
    """Whether one of `others` counts the rows in which `numbers` stand, no two of them alike."""
    count = others.get(COUNT, numbers[:0])
    if len(count) != len(numbers) or not np.isfinite(count).all() or len(np.unique(count)) < len(count):
        return False
    return bool((count == np.rint(count)).all() or (np.diff(count) < 0).all())  # Unlike 1,001 that was read as 1.001.


def in_order(numbers: Array, others: Mapping[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Numbers, shape (T,), and the others of the table, in the order of those that count its rows, which are left out.

    They stay as they are where nothing counts them, or counts two of them alike.

    >>> in_order(np.array([0.3, 0.1, 0.2]), {"t": np.array([2.0, 0.0, 1.0])})[0].tolist()
    [0.1, 0.2, 0.3]
    """
    left = {key: values for key, values in others.items() if key != COUNT}
    if not are_counted(numbers, others):
        return numbers, left
    order = np.argsort(others[COUNT])
    return numbers[order], {key: each[order] if len(each) == len(order) else each for key, each in left.items()}
