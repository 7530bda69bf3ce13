"""The legend's reading: a curve, and at one moment each visible schedule's own t and its value there."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.state.window import State, View
from ddpm_studio.numerals import numeral


@dataclass(frozen=True)
class Reading:
    """One curve's `values` at each schedule's own step, `ts`, both by key; `emphasised` is the schedule pointed at.

    Those that do not get as far as the moment are `ended`, and read at their last step.
    """

    name: str
    ts: dict[int, int]
    values: dict[int, float]
    ended: frozenset[int] = frozenset()
    emphasised: int | None = None


def at_cursor(state: State, name: str = "") -> Reading:
    """A curve, by default the explained one or else the first one plotted, where each schedule is at the moment."""
    name = name or (state.curve if state.curve in state.plotted else state.curves[0])
    ts = {entry.key: state.t_of(entry) for entry in state.visible}
    values = {entry.key: series.value_at(state, entry, name, ts[entry.key]) for entry in state.visible}
    return Reading(name, ts, values, frozenset(entry.key for entry in state.visible if not state.reaches(entry)))


def value_text(state: State, name: str, value: float) -> str:
    """A value of a curve with its unit, which differences keep and ratios have not."""
    unit = "" if series.view_of(state, name) is View.RATIO else ALL_CURVES[name].unit
    return f"{numeral(value)} {unit}".rstrip()
