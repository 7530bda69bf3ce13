"""Contents of a report, as plain values: schedules and what is below them, a picture, and runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

from PIL.Image import Image

from ddpm_studio.diffusion.moment import RELATIVE_SCALE
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import write_spec
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.figures.against import Against
from ddpm_studio.figures.figure import FigureLine
from ddpm_studio.files.filetypes import HTML, PAGE
from ddpm_studio.texts import Readable

MOST_SCHEDULES = 256
"""Schedules of a report: 16 families of 16."""

CURVES = ("alphas_cumprod", "snr_db", "betas")
"""The curves of a report that nobody chose any for."""

LOG_CURVES = frozenset({"betas", *(name for name, curve in ALL_CURVES.items() if curve.log)})
"""Those whose axis is then logarithmic: the β of the last steps are larger than the first by orders of magnitude."""

Telling = Callable[[Readable], str]
"""A function that says a text in the language of whoever reads it."""


@dataclass(frozen=True, eq=False)
class ReportedSteps:
    """Steps below a schedule: their text, their levels, and the table of a solver along them, if one is shown."""

    text: str
    levels: StepLevels
    table: SolverTable | None = None


@dataclass(frozen=True, eq=False)
class ReportedSchedule:
    """A schedule by its line in figures, which has its name and colour; `dark` is the latter on a dark ground."""

    line: FigureLine
    dark: str
    steps: tuple[ReportedSteps, ...] = ()

    @property
    def schedule(self) -> Schedule:
        """The schedule."""
        return self.line.schedule


@dataclass(frozen=True, eq=False)
class ReportedPicture:
    """A picture, L or RGB, that every schedule noises with the ε of this seed."""

    name: str
    image: Image
    seed: int = 0


@dataclass(frozen=True, eq=False)
class ReportedRun:
    """A sampler of a run: its settings, each a name and a value, its table, and its last pictures side by side."""

    title: str
    settings: tuple[tuple[Readable, Readable], ...]
    table: SolverTable
    sheet: Image | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """A comparison of 1 to MOST_SCHEDULES schedules; FileError for another number.

    `curves` are some of ALL_CURVES, over one of SCALES, those among `log_curves` with a logarithmic axis, and compared
    with what they are drawn `against`, if that is something. A `title` of "" is the usual one. `recipe` is the text of
    that of the page, "" for none.
    """

    schedules: tuple[ReportedSchedule, ...]
    title: str = ""
    curves: tuple[str, ...] = CURVES
    axis: str = RELATIVE_SCALE
    log_curves: frozenset[str] = LOG_CURVES
    picture: ReportedPicture | None = None
    runs: tuple[ReportedRun, ...] = ()
    recipe: str = ""
    against: Against | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.schedules) <= MOST_SCHEDULES:
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "A report of {count} schedules cannot be written; show 1 to {most}."),
                count=len(self.schedules),
                most=MOST_SCHEDULES,
            )


def check_page(path: str) -> None:
    """FileError for a path whose suffix says that a file there is something else than a page of HTML."""
    suffix = PurePath(path).suffix
    if suffix.lower() not in ("", *PAGE.suffixes):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in {suffix}; a report is a page, which ends in {html}."),
            path=path,
            suffix=suffix,
            html=HTML,
        )


def spec_text(schedule: Schedule) -> str:
    """The text of a schedule, with no more than the name of the file that it came from.

    >>> spec_text(Schedule.from_betas([0.1, 0.2], "/home/me/run.csv"))
    'custom:path=run.csv'
    """
    if not schedule.path:
        return str(schedule)
    name = PurePath(schedule.path).name
    return write_spec(schedule.kind, None, name, dict(schedule.given), schedule.points, schedule.quantity)


def steps_text(spec: StepsSpec) -> str:
    """The text of steps, with no more than the names of the files that lists are in.

    >>> steps_text(StepsSpec.parse("file:/home/me/own.txt | join=(file:/tmp/end.npy)"))
    'file:own.txt | join=(file:end.npy)'
    """
    return str(_without_folders(spec))


def _without_folders(spec: StepsSpec) -> StepsSpec:
    applied = (replace(each, other=each.other and _without_folders(each.other)) for each in spec.applied)
    return replace(spec, path=PurePath(spec.path).name, applied=tuple(applied))
