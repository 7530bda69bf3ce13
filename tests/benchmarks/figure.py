"""Figures that a benchmark finds, as values beside their bounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured, its value and bound, in a unit or as a ratio; a bound in a unit is that of the machine of
    reference, and the yardstick found this one so many times as slow.
    """

    label: str
    value: float
    bound: float | None = None
    unit: str = ""
    slowness: float = 1.0

    @property
    def there(self) -> float:
        """The value on the machine of reference."""
        return self.value / self.slowness

    @property
    def over(self) -> bool:
        """Whether the bound is passed."""
        return self.bound is not None and self.there > self.bound

    def __str__(self) -> str:
        there = "" if self.slowness == 1 else f"= {self.there:.3f} × {self.slowness:.2f}"
        verdict = "" if self.bound is None else f"≤ {self.bound:g}  {'OVER' if self.over else 'ok'}"
        return f"{self.label:80} {self.value:9.3f} {self.unit:2} {there:17} {verdict}".rstrip()
