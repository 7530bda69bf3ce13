"""Places along a line, spread so that what stands at them does not overlap."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], spacing: float, low: float, high: float) -> list[float]:
    """Places in rising order, `spacing` apart and as near as that allows to those that are wanted, in rising order.

    They are kept between `low` and `high` as long as there is room.

    >>> spread([10.0, 12.0, 40.0], 10.0, 0.0, 100.0)
    [6.0, 16.0, 40.0]
    """

    def first(group: Sequence[float]) -> float:
        """The first place of neighbours around their common middle."""
        length = (len(group) - 1) * spacing
        return max(low, min(sum(group) / len(group) - length / 2, high - length))

    groups: list[list[float]] = []
    for place in wanted:
        groups.append([place])
        while len(groups) > 1 and first(groups[-1]) < first(groups[-2]) + len(groups[-2]) * spacing:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [first(group) + number * spacing for group in groups for number in range(len(group))]
