"""Scale: a number's position along a slider, and the size of one step."""

from __future__ import annotations

import math
from dataclasses import dataclass

POSITIONS = 2000
"""A slider's positions run from 0 to POSITIONS."""

_SLIDER_DIGITS = 3
_STEP_DIGITS = 12


@dataclass(frozen=True)
class Scale:
    """A number from `low` to `high`, of which the slider covers `start` … `stop`, logarithmically if `log` is set.

    `start` > 0 if `log` is set. `whole` numbers have no fraction.
    """

    low: float
    high: float
    start: float
    stop: float
    log: bool = False
    whole: bool = False

    def position(self, value: float) -> int:
        """The slider's position for `value`; an end for values beyond it."""
        kept = min(max(value, self.start), self.stop)
        if self.log:
            share = math.log(kept / self.start) / math.log(self.stop / self.start)
        else:
            share = (kept - self.start) / (self.stop - self.start)
        return round(share * POSITIONS)

    def value(self, position: int) -> float:
        """The value at a position of the handle, rounded to the precision a hand can aim with."""
        share = position / POSITIONS
        if self.log:
            raw = self.start * (self.stop / self.start) ** share
            rounded = float(f"{raw:.{_SLIDER_DIGITS}g}")
        else:
            raw = self.start + (self.stop - self.start) * share
            rounded = round(raw, -_exponent((self.stop - self.start) / POSITIONS))
        return min(max(self._fitting(rounded), self.start), self.stop)

    def stepped(self, value: float, steps: int) -> float:
        """`value` after `steps` steps up or down, never outside `low` … `high`.

        A step is one in the second significant digit if the scale is logarithmic, otherwise a power of ten of which
        the slider covers fifty or more.
        """
        direction = 1 if steps > 0 else -1
        for _ in range(abs(steps)):
            value = float(f"{value + direction * self._step(value, direction):.{_STEP_DIGITS}g}")
        return min(max(value, self.low), self.high)

    def _step(self, value: float, direction: int) -> float:
        if self.log:
            # Just below a power of ten the smaller step applies, so that up and down undo each other.
            step = 10.0 ** (_exponent(max(value, self.low) * (1 + direction * 1e-9)) - 1)
        else:
            step = 10.0 ** _exponent((self.stop - self.start) / 50)
        return max(step, 1.0) if self.whole else step

    def _fitting(self, value: float) -> float:
        return float(round(value)) if self.whole else value


def _exponent(value: float) -> int:
    return math.floor(math.log10(value))
