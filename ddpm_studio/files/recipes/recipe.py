"""Recipe: what made a picture, a figure or a run, as one frozen value that names no place on anybody's disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath, PureWindowsPath
from typing import Any

import numpy as np

from ddpm_studio.diffusion.quantities import BETAS
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.diffusion.schedule_family import Specified, shown_of
from ddpm_studio.diffusion.spec import Spec, path_spec, write_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.files.columns.contradictions import agreed_log_snr
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.run_settings import RunSettings, SamplerSettings, settings_in

OF_THIS_MACHINE = ("device",)
"""Settings of a run that belong to the machine on which it was made."""

PROMPTS = ("prompt", "negative_prompt")
"""Settings of a run that are in a recipe only if a person wants them there; None for one that was left out."""

CUSTOM_SCHEDULE = QT_TRANSLATE_NOOP("errors", "the custom schedule")


@dataclass(frozen=True)
class RecipeSchedule:
    """A schedule as text without a path, and β in place of the file that has them, with log SNR where β don't tell it.

    `name` is what it is called, `t` its step, `family` the range along which it has others beside it, `train` its
    objective, and `steps` are ways to step down it; its lines in a figure have a `title` and the look of a `style`.
    Each may be missing. One that is `hidden` is not seen in the file, but has its place, and letter, before others.
    """

    spec: str
    betas: tuple[float, ...] = ()
    log_snr: tuple[float, ...] = ()
    name: str = ""
    t: int | None = None
    family: str = ""
    train: str = ""
    steps: tuple[str, ...] = ()
    title: str = ""
    style: int | None = None
    hidden: bool = False

    @classmethod
    def of(cls, schedule: Schedule, name: str = "", t: int | None = None, **besides: Any) -> RecipeSchedule:
        """That of a schedule; one from a file is called as the file is."""
        betas = tuple(map(float, schedule.trained_betas or ()))
        levels = tuple(map(float, schedule.trained_log_snr or ()))
        return cls(pathless(schedule), betas, levels, name or name_alone(schedule.path), t, **besides)

    def schedule(self) -> Schedule:
        """The schedule, whose numbers are checked as those of a file are. ScheduleError and FileError."""
        words = Spec.of(self.spec)
        if words.kind.text != CUSTOM.name:
            return Schedule.parse(self.spec)
        _, values = words.read()
        betas = np.array(self.betas)
        if not words.quantity:
            check_betas(betas, CUSTOM_SCHEDULE)
        if self.log_snr:
            agreed_log_snr(BETAS, betas, {"log_snr": np.array(self.log_snr)}, CUSTOM_SCHEDULE)
        return Schedule.from_betas(self.betas, "", values, words.quantity, self.log_snr)


@dataclass(frozen=True)
class RecipeCheckpoint:
    """A checkpoint by its name, by the key of its content, and by the SHA-256 of its weights; any may be missing."""

    name: str = ""
    key: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class RecipeRow:
    """A sampler beside another; `along` as of a run."""

    sampler: SamplerSettings
    along: int | None = None


@dataclass(frozen=True)
class RecipeRun:
    """A run: a checkpoint, what was said about it as an answers file says it, the settings, and a sampler.

    `along` is the place among the recipe's schedules of the one whose levels are visited, None for the checkpoint's.
    `others` were drawn beside it, from the same noise.
    """

    checkpoint: RecipeCheckpoint
    sampler: SamplerSettings
    settings: Mapping[str, object] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    along: int | None = None
    others: tuple[RecipeRow, ...] = ()

    @property
    def rows(self) -> tuple[RecipeRow, ...]:
        """All its samplers."""
        return (RecipeRow(self.sampler, self.along), *self.others)


@dataclass(frozen=True)
class Recipe:
    """What made a file: `made` says what it is, the rest how, as far as it applies.

    `moment` is a scale and the place on it at which all schedules are shown, `axis` the scale that they are drawn over.
    `selected` is the place among the schedules of the one that was, None for the first that is not hidden.
    `picture` is a picture's name, of which a `frame` was shown over a `background`, RGB, and `seed` that of its noise.
    `versions` are those of the programs that made it, and `title` is that of a report. `view` says how plots compared
    schedules, `log` of each curve whether its y axis was logarithmic, and `page` how a figure was set up.
    """

    made: str
    schedules: tuple[RecipeSchedule, ...] = ()
    moment: tuple[str, float] | None = None
    axis: str = ""
    curves: tuple[str, ...] = ()
    picture: str = ""
    frame: int = 1
    background: tuple[int, int, int] | None = None
    seed: int | None = None
    run: RecipeRun | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    view: str = ""
    log: Mapping[str, bool] = field(default_factory=dict)
    page: PageSettings | None = None
    selected: int | None = None

    @property
    def shown(self) -> tuple[RecipeSchedule, ...]:
        """The schedules that are seen in the file."""
        return tuple(each for each in self.schedules if not each.hidden)


def portable_settings(settings: RunSettings) -> dict[str, object]:
    """The settings of a run that hold on any machine, by name."""
    return {name: value for name, value in settings_in(settings).items() if name not in OF_THIS_MACHINE}


def pathless(schedule: Schedule) -> str:
    """The spec of a schedule without its path.

    >>> pathless(Schedule("cosine", 1000))
    'cosine:T=1000'
    """
    steps = schedule.T if schedule.kind != CUSTOM.name else None
    own = schedule.points, schedule.quantity, schedule.formula
    return write_spec(schedule.kind, steps, "", dict(schedule.given), *own)


def told(spec: Specified) -> str:
    """A schedule or a family as a text that says of its file no more than the name."""
    path = shown_of(spec).path
    return str(spec).replace(_in_a_spec(path), _in_a_spec(name_alone(path))) if path else str(spec)


def _in_a_spec(path: str) -> str:
    return path_spec(path).partition("path=")[2]


def name_alone(path: str) -> str:
    """The last part of a path of any system.

    >>> name_alone("/home/ada/cat.jpg"), name_alone("C:\\\\ada\\\\cat.jpg"), name_alone("")
    ('cat.jpg', 'cat.jpg', '')
    """
    return PureWindowsPath(PurePath(path).name).name
