"""Figure: curves of schedules as they are to be printed, checked when it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

import numpy as np

from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, SCALES
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES, TRAINING_CURVES, TrainedCoefficients
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FigureError
from ddpm_studio.figures.against import Against
from ddpm_studio.figures.line_looks import ON_PAPER, Dash

WIDTHS_MM, HEIGHTS_MM = (20.0, 1000.0), (15.0, 1000.0)
FONTS_PT, LINES_PT = (3.0, 36.0), (0.1, 6.0)
"""The least and greatest of what a figure can be told."""

_WIDE = QT_TRANSLATE_NOOP("errors", "A figure is from {low:g} to {high:g} mm wide, not {value:g}.")
_HIGH = QT_TRANSLATE_NOOP("errors", "A figure is from {low:g} to {high:g} mm high, not {value:g}.")
_FONT = QT_TRANSLATE_NOOP("errors", "The font of a figure has from {low:g} to {high:g} pt, not {value:g}.")
_LINES = QT_TRANSLATE_NOOP("errors", "The lines of a figure are from {low:g} to {high:g} pt wide, not {value:g}.")

PANEL_MM, PANEL_ASPECT = 60.0, 0.68
"""Width for which a panel is made where there is a choice, and its height as a share of its width."""


LOG_CURVES = frozenset(name for name, curve in ALL_CURVES.items() if curve.log)
"""Curves whose natural y axis is logarithmic."""


class Naming(StrEnum):
    """How lines are told apart: by names at their ends, by a legend above all panels, or not at all.

    >>> Naming("legend")
    <Naming.LEGEND: 'legend'>
    """

    DIRECT = "direct"
    LEGEND = "legend"
    NONE = "none"


@dataclass(frozen=True)
class FigureLine:
    """A schedule, and how its lines are drawn; without a name it has no label. `dash` is in widths of the line.

    >>> FigureLine(Schedule("cosine", 3), "mine", dash=(5.0, 2.0)).values("alphas_cumprod").round(3).tolist()
    [0.743, 0.246, 0.0]
    """

    schedule: Schedule
    name: str = ""
    colour: str = ON_PAPER[0]
    dash: Dash = ()
    train: Objective = PLAIN
    hidden: bool = False

    def values(self, curve: str) -> Array:
        """One of ALL_CURVES along it, shape (T,); not finite where it is undefined."""
        if curve in TRAINING_CURVES:
            return TrainedCoefficients(self.schedule, self.train)[curve]
        return self.schedule.coefficients[curve]


@dataclass(frozen=True)
class Figure:
    """One panel for each of `curves`, with a line in it for each of `lines`, over one of SCALES from picture to noise.

    `log_curves` have a logarithmic y axis, unless they are logarithms; without a height it has the one that suits
    its panels. Curves are compared with the schedule that they are drawn `against`, if there is one. Raises
    FigureError and ScheduleError with the value, the bound and the remedy.

    >>> figure = Figure((FigureLine(Schedule("cosine", 1000), "cosine"),), ("alphas_cumprod", "betas"))
    >>> figure.columns, round(figure.height)
    (1, 121)
    """

    lines: tuple[FigureLine, ...]
    curves: tuple[str, ...]
    axis: str = RELATIVE_SCALE
    log_curves: frozenset[str] = LOG_CURVES
    width_mm: float = 89.0
    height_mm: float | None = None
    font_pt: float = 7.0
    line_pt: float = 1.0
    naming: Naming = Naming.DIRECT
    grey: bool = False
    title: str = ""
    against: Against | None = None

    def __post_init__(self) -> None:
        check_named(self.axis, SCALES, QT_TRANSLATE_NOOP("errors", "There is no scale “{name}”; {remedy}"), FigureError)
        for name in (*self.curves, *sorted(self.log_curves)):
            template = QT_TRANSLATE_NOOP("errors", "There is no curve “{name}”; {remedy}")
            check_named(name, ALL_CURVES, template, FigureError)
        if not self.curves or not self.shown:
            raise FigureError(QT_TRANSLATE_NOOP("errors", "A figure of nothing is empty; show a schedule and a curve."))
        self._check_sizes()

    @property
    def shown(self) -> tuple[FigureLine, ...]:
        """The lines that are drawn."""
        return tuple(line for line in self.lines if not line.hidden)

    @property
    def time_axis(self) -> TimeAxis:
        """The x axis of all panels."""
        return TimeAxis.over(self.axis, (line.schedule for line in self.shown))

    @property
    def columns(self) -> int:
        """How many panels are beside each other."""
        return min(len(self.curves), max(1, round(self.width_mm / PANEL_MM)))

    @property
    def rows(self) -> int:
        """How many panels are above each other."""
        return math.ceil(len(self.curves) / self.columns)

    @property
    def height(self) -> float:
        """Its height in millimetres."""
        if self.height_mm is not None:
            return self.height_mm
        return min(HEIGHTS_MM[1], max(HEIGHTS_MM[0], self.rows * PANEL_ASPECT * self.width_mm / self.columns))

    def is_log(self, curve: Curve) -> bool:
        """Whether the y axis of a curve is logarithmic."""
        can_be = self.against is None or self.against.by_ratio
        return can_be and curve.name in self.log_curves and not curve.logarithm

    def values(self, line: FigureLine, curve: Curve) -> Array:
        """What is drawn of a curve of a line, shape (T,); not finite where it is undefined."""
        own, of = line.values(curve.name), line.schedule
        return own if self.against is None else self.against.values(curve, own, of, np.arange(1, of.T + 1))

    def symbol(self, curve: Curve) -> str:
        """The symbol of what is drawn of a curve."""
        return curve.symbol + (self.against.sign(curve) if self.against is not None else "")

    def name(self, line: FigureLine) -> str:
        """The name of a line, if it has one; before it is said with which of them others are compared."""
        against = self.against
        if against is None or not line.name or (line.schedule, line.train) != (against.schedule, against.train):
            return line.name
        return f"{against.letter}: {line.name}"

    def _check_sizes(self) -> None:
        for value, (low, high), template in (
            (self.width_mm, WIDTHS_MM, _WIDE),
            (self.height, HEIGHTS_MM, _HIGH),
            (self.font_pt, FONTS_PT, _FONT),
            (self.line_pt, LINES_PT, _LINES),
        ):
            if not low <= value <= high:
                raise FigureError(template, value=value, low=low, high=high)


def names_of(schedules: tuple[Schedule, ...]) -> tuple[str, ...]:
    """A short name for each schedule: its kind, and what tells it from the others of that kind.

    >>> names_of((Schedule("cosine", 1000), Schedule("linear", 1000), Schedule("linear", 300)))
    ('cosine', 'linear T=1000', 'linear T=300')
    """
    facts = [_facts(schedule) for schedule in schedules]
    return tuple(_told(own, [other for other in facts if other["kind"] == own["kind"]]) for own in facts)


def _facts(schedule: Schedule) -> dict[str, str]:
    """What makes a schedule, by key; of a file no more than its name."""
    kind = PurePath(schedule.path).name if schedule.path else schedule.kind
    values = {key: f"{value:g}" for key, value in schedule.values.items()}
    return {"kind": kind, "T": str(schedule.T), **values}


def _told(own: dict[str, str], alike: list[dict[str, str]]) -> str:
    differing = [key for key, value in own.items() if any(other.get(key) != value for other in alike)]
    return " ".join([own["kind"], *(f"{key}={own[key]}" for key in differing)])
