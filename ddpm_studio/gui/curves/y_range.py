"""The range of a plot's y axis: what fits the curves that are seen, unless another was chosen."""

from __future__ import annotations

from dataclasses import dataclass

DEEPEST = 10_000.0
"""How many times what fits can be enlarged."""


@dataclass
class YRange:
    """What fits, and what was `chosen` in place of it, in the plot's coordinates.

    >>> y = YRange((0.0, 1.0))
    >>> y.zoom(2.0, 0.5)
    >>> y.shown
    (0.25, 0.75)
    >>> y.zoom(0.1, 0.5)
    >>> y.shown, y.chosen
    ((0.0, 1.0), None)
    """

    fitted: tuple[float, float] = (0.0, 1.0)
    chosen: tuple[float, float] | None = None

    @property
    def shown(self) -> tuple[float, float]:
        """The range that the axis has."""
        return self.chosen or self.fitted

    def zoom(self, factor: float, around: float) -> None:
        """Choose 1/`factor` of what is shown, around a fraction of it; what fits is the most that there is to see."""
        low, high = self.shown
        size = (high - low) / factor
        if size >= self._most:
            self.chosen = None
            return
        size = max(size, self._most / DEEPEST)
        start = low + around * (high - low - size)
        self.chosen = start, start + size

    def between(self, first: float, last: float) -> None:
        """Choose what lies between two fractions of what is shown, in either order."""
        low, high = self.shown
        bottom, top = (low + fraction * (high - low) for fraction in sorted((first, last)))
        spare = max(0.0, self._most / DEEPEST - (top - bottom)) / 2
        self.chosen = bottom - spare, top + spare

    def move(self, by: float) -> None:
        """Move what was chosen up by a fraction of it, its middle within what fits; what fits stays."""
        if self.chosen is None:
            return
        low, high = self.chosen
        half = (high - low) / 2
        middle = min(max(low + half + 2 * by * half, self.fitted[0]), self.fitted[1])
        self.chosen = middle - half, middle + half

    @property
    def _most(self) -> float:
        return self.fitted[1] - self.fitted[0]
