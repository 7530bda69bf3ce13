"""Preferences as one frozen value, each with its default and its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.kept.kept_folder import KeptLimit
from ddpm_studio.gui.theme import LINE_WIDTH, ThemeChoice

FONT_SIZES = (6.0, 24.0)
"""The smallest and the largest font of the interface, in points."""

LINE_WIDTHS = (1.0, 4.0)
"""The thinnest and the thickest curve of a plot that stands alone, in pixels."""

KEPT_RUNS, KEPT_MIB = (0, 10_000), (1, 65_536)
"""The fewest and the most runs that are kept, and the least and the most MiB that they may take."""


class Motion(StrEnum):
    """How much moves by itself: as the system says, as little as possible, or all that is made to."""

    SYSTEM = "system"
    REDUCED = "reduced"
    FULL = "full"


@dataclass(frozen=True)
class Preferences:
    """What a person has chosen. StudioError for a size or a width out of bounds.

    `font_size` is in points, None for the system's. `line_width` is that of the curves of a plot that stands alone, in
    pixels; `dashes` has every line drawn in a dash pattern of its own. A fresh window has the `schedules`, lines of
    text of which each may end in “# name”, and the `curves`, names of curves; where one of the two is empty, the
    program's own. Its sampling begins on `device`. With `recipes` what is saved carries how it
    was made, and with `prompts` the words a run was asked for as well. So many `kept_runs` are kept of what was drawn,
    in so many MiB, `kept_mib`.
    """

    theme: ThemeChoice = ThemeChoice.SYSTEM
    font_size: float | None = None
    line_width: float = LINE_WIDTH
    dashes: bool = False
    motion: Motion = Motion.SYSTEM
    schedules: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    device: str = "auto"
    recipes: bool = True
    prompts: bool = False
    kept_runs: int = KeptLimit.runs
    kept_mib: int = KeptLimit.nbytes // MIB

    def __post_init__(self) -> None:
        if self.font_size is not None:
            _check("font_size", self.font_size, FONT_SIZES)
        _check("line_width", self.line_width, LINE_WIDTHS)
        _check("kept_runs", self.kept_runs, KEPT_RUNS)
        _check("kept_mib", self.kept_mib, KEPT_MIB)


def _check(name: str, value: float, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise StudioError(
            QT_TRANSLATE_NOOP("errors", "{name} is {value}; choose a number from {low} to {high}."),
            name=name,
            value=f"{value:g}",
            low=f"{low:g}",
            high=f"{high:g}",
        )
