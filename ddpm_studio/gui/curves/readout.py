"""The legend's reading: a curve, a moment, and each visible schedule's value there."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.diffusion import CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.state.window import State, TimeAxis, View
from ddpm_studio.numerals import numeral


@dataclass(frozen=True)
class Reading:
    """One curve's values by schedule key at a point on the x axis; `emphasised` is the schedule pointed at."""

    name: str
    x: float
    values: dict[int, float]
    emphasised: int | None = None

    def moment(self, state: State) -> str:
        """The moment in the x axis's unit."""
        if state.axis is TimeAxis.STEPS:
            return f"t = {round(self.x)}"
        return f"t/T = {self.x:.3f}"


def at_cursor(state: State, name: str = "") -> Reading:
    """A curve (by default the explained one, else the first) at the cursor: all schedules at the same relative time."""
    name = name or (state.curve if state.curve in state.curves else state.curves[0])
    return _reading(state, name, series.cursor_x(state), {entry.key: state.t_of(entry) for entry in state.visible})


def at_mouse(state: State, name: str, x: float) -> Reading:
    """A curve at a point clipped to the x axis: every schedule at its own step there, none beyond its last."""
    high = max((entry.schedule.T for entry in state.visible), default=0) if state.axis is TimeAxis.STEPS else 1.0
    x = min(max(x, 0.0), float(high))
    steps = {entry.key: series.step_at(state, entry, x) for entry in state.visible}
    if state.axis is TimeAxis.STEPS:
        steps = {key: step for key, step in steps.items() if step == round(x)}
    return _reading(state, name, x, steps)


def _reading(state: State, name: str, x: float, steps: dict[int, int]) -> Reading:
    shown = (entry for entry in state.visible if entry.key in steps)
    values = {entry.key: series.value_at(state, entry, name, steps[entry.key]) for entry in shown}
    return Reading(name, x, values)


def value_text(state: State, name: str, value: float) -> str:
    """A value of a curve with its unit, which differences keep and ratios have not."""
    unit = "" if series.view_of(state, name) is View.RATIO else CURVES[name].unit
    return f"{numeral(value)} {unit}".rstrip()
