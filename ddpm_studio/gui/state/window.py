"""State of the whole window as one frozen value, so that a panel can tell by identity what has changed."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import Coefficients, Schedule
from ddpm_studio.diffusion.curves import SEED_CURVES
from ddpm_studio.diffusion.moment import NOISE_LEVELS, RELATIVE_SCALE, Moment, scales_for
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, Specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.time_axis import TimeAxis
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.diffusion.training.training_curves import (
    ALL_CURVES,
    TRAINING_CURVES,
    TrainedCoefficients,
    trained_value_at,
)
from ddpm_studio.figures.against import DIFFERENCE, PLAINLY, RATIO, Against, letter
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.gui.state.sampling import Sampling, Visited
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.stepping import LaidOut, laid_out
from ddpm_studio.gui.state.titles import Base, has_name, shown_titles_of, telling_titles_of, titles_of
from ddpm_studio.gui.state.traces import Trace
from ddpm_studio.gui.state.y_axes import is_flat
from ddpm_studio.texts import Readable

DEFAULT_CURVES = (
    "betas",
    "alphas_cumprod",
    "sqrt_alphas_cumprod",
    "sqrt_one_minus_alphas_cumprod",
    "snr_db",
    "posterior_variance",
)


class Side(StrEnum):
    """The side of the equation: the forward process, the way back, or training."""

    FORWARD = "forward"
    REVERSE = "reverse"
    TRAINING = "training"


class View(StrEnum):
    """The view of a schedule in a plot: its value, or how it compares with the first visible one."""

    PLAIN = PLAINLY
    DIFFERENCE = DIFFERENCE
    RATIO = RATIO


@dataclass(frozen=True)
class Entry:
    """One line of the schedules list. `key` never changes; `style` is an index into styles.STYLES.

    `name` is what a person called it, or ""; `base` is what it began as, if that had a name. Its title is
    `State.title`. Of a `family` all members are drawn, and `schedule` is the one that everything else shows. `train` is
    what a network is trained for along each of them, and `steps` are ways to step down `schedule`. `config` is that of
    a scheduler which both came from.
    """

    key: int
    schedule: Schedule
    style: int
    name: str = ""
    visible: bool = True
    base: Base | None = None
    family: ScheduleFamily | None = None
    train: Objective = PLAIN
    steps: tuple[StepsSpec, ...] = ()
    config: OpenedConfig | None = None

    @property
    def spec(self) -> Specified:
        """What its line of text describes."""
        return self.schedule if self.family is None else self.family

    @property
    def members(self) -> tuple[Schedule, ...]:
        """The schedules that are drawn."""
        return (self.schedule,) if self.family is None else self.family.members

    def coefficients_of(self, name: str) -> Coefficients:
        """The arrays that a curve is one of: those of the schedule alone, as far as it is."""
        return self.trained if name in TRAINING_CURVES else self.schedule.coefficients

    @cached_property
    def trained(self) -> TrainedCoefficients:
        """The coefficients of its schedule, and what its objective makes of them."""
        return TrainedCoefficients(self.schedule, self.train)

    @cached_property
    def trained_members(self) -> tuple[TrainedCoefficients, ...]:
        """The same of each of its members, in their order."""
        if self.family is None:
            return (self.trained,)
        return tuple(TrainedCoefficients(member, self.train) for member in self.members)

    def values(self, name: str) -> NDArray[np.float64]:
        """A curve of its schedule, or of its objective along that, shape (T,)."""
        return self.coefficients_of(name)[name]

    def value_at(self, name: str, t: int) -> float | None:
        """A curve at t = 0 … T; None if it has no value at t = 0."""
        return trained_value_at(self.schedule, self.trained, name, t)

    @cached_property
    def laid_out(self) -> tuple[LaidOut, ...]:
        """The levels of each of its steps, or why its schedule does not have them."""
        return tuple(laid_out(spec, self.schedule) for spec in self.steps)

    def holding(self, spec: Specified) -> Self:
        """The same entry with another schedule, or another family, of which the member at the same place is shown."""
        if not isinstance(spec, ScheduleFamily):
            return replace(self, schedule=spec, family=None)
        before = self.family
        alike = before is not None and before.count == spec.count
        shown = spec.members[before.place_of(self.schedule)] if before is not None and alike else spec.middle
        return replace(self, schedule=shown, family=spec)

    def with_value(self, key: str, value: float) -> Specified:
        """What it describes with T or a parameter changed, in every member; the value of a range ends the family."""
        within = self.family is not None and self.family.key != key
        return (self.spec if within else self.schedule).replace(**{key: value})

    def light(self) -> Self:
        """The same entry with schedules that have not computed anything yet."""
        return replace(self, schedule=copy(self.schedule), family=self.family and self.family.light())


@dataclass(frozen=True)
class Lab:
    """What is asked of a checkpoint, and whose answers are looked at.

    `question` is the text of a sweep, "" before there is one, and `folder` that of results of others, "" for the user's
    own.
    """

    question: str = ""
    folder: str = ""


_AT_EVERY_T = frozenset({"visible", "time_axis", "_flat", "_letters", "_titles", "_shown_titles", "_telling_titles"})
"""What a state has worked out that is the same at every t, so that a drag of t need not work it out again."""


@dataclass(frozen=True)
class State:
    """Everything that the window shows.

    `moment` is what all schedules are shown at, and `t`, 0 … T, the selected one's step there. `axis` is the scale over
    which they are drawn, the moment's own unless the user has chosen another. `curve` is the one that is explained; it
    has a large plot beside the others of `curves`, unless all are alike in a `grid`, or folded away for the contact
    `sheet`. `log_curves` and `linear_curves` have the y axes that were chosen; the others choose themselves.
    `side` is that of the equation.
    `adjusting` is true while a slider is held, and `steady` has the entries that were seen before, by which axes
    choose until it is let go; `background` (RGB) shows through where a picture is transparent; `seed` is that of ε.
    `histogram` and `spectrum` say whether these are shown of the picture, `latents` whether it is noised as the latents
    of the checkpoint where that has some, and `lab` what is asked there.
    `visited` holds the steps of the watched run, and `marks` says whether they are marked in the plots; `traces` are
    those of all samplers of the last run, and `run_lanes` says whether they have lanes. `project` is the file in which
    the document was last `saved`.
    """

    entries: tuple[Entry, ...] = ()
    selected: int = 0
    t: int = 0
    moment: Moment = field(default_factory=Moment)
    adjusting: bool = False
    curves: tuple[str, ...] = DEFAULT_CURVES
    curve: str = SEED_CURVES[2]
    axis: str = RELATIVE_SCALE
    view: View = View.PLAIN
    side: Side = Side.FORWARD
    grid: bool = False
    sheet: bool = False
    log_curves: frozenset[str] = field(default_factory=lambda: frozenset(c.name for c in ALL_CURVES.values() if c.log))
    linear_curves: frozenset[str] = frozenset()
    steady: tuple[Entry, ...] = ()
    picture: Picture | None = None
    background: tuple[int, int, int] = (255, 255, 255)
    seed: int = 0
    histogram: bool = False
    spectrum: bool = False
    latents: bool = False
    marks: bool = True
    sampling: Sampling = field(default_factory=Sampling)
    lab: Lab = field(default_factory=Lab)
    visited: Visited | None = None
    traces: tuple[Trace, ...] = ()
    run_lanes: bool = True
    undo: Readable | None = None
    redo: Readable | None = None
    project: str = ""
    saved: State | None = None

    @property
    def changed(self) -> bool:
        """True if there is a project that does not hold this document."""
        return bool(self.project) and self.document != self.saved

    @cached_property
    def document(self) -> Self:
        """What can be undone: everything but where one looks, and what became known meanwhile."""
        moment, sampling = Moment(self.moment.scale), self.sampling.document
        return replace(
            self,
            selected=0,
            t=0,
            moment=moment,
            adjusting=False,
            steady=(),
            curve="",
            sampling=sampling,
            visited=None,
            traces=(),
            undo=None,
            redo=None,
            project="",
            saved=None,
        )

    def light(self) -> Self:
        """The same state with schedules that have not computed anything yet."""
        return replace(self, entries=tuple(entry.light() for entry in self.entries))

    @property
    def plotted(self) -> tuple[str, ...]:
        """The curves that have a whole plot."""
        return self.curves if self.grid else (self.curve,)

    @property
    def reported(self) -> tuple[str, ...]:
        """The curves that a report has: the chosen ones and that which is explained."""
        return tuple(dict.fromkeys((*self.curves, self.curve)))

    @property
    def current(self) -> Entry:
        """The selected entry; there always is one."""
        return next(entry for entry in self.entries if entry.key == self.selected)

    @cached_property
    def visible(self) -> tuple[Entry, ...]:
        """The ticked entries, in the list's order."""
        return tuple(entry for entry in self.entries if entry.visible)

    @property
    def reference(self) -> Entry:
        """The schedule that others are compared with: the first visible one, or the first of all if none is visible."""
        return (self.visible or self.entries)[0]

    @cached_property
    def against(self) -> Against | None:
        """What the plots compare schedules with; None in a plain view."""
        if self.view is View.PLAIN:
            return None
        first = self.reference
        by_ratio, named = self.view is View.RATIO, self.letter(first)
        return Against(first.schedule, first.train, self.moment.scale, by_ratio, named)

    @cached_property
    def time_axis(self) -> TimeAxis:
        """The axis over which the visible schedules are drawn; all of them if none is visible."""
        return TimeAxis.over(self.axis, (member for entry in self.visible or self.entries for member in entry.members))

    @cached_property
    def scales(self) -> tuple[str, ...]:
        """The SCALES that are offered: those that say something of the visible schedules, and those in use."""
        schedules = (entry.schedule for entry in self.visible or self.entries)
        return scales_for(schedules, self.axis, self.moment.scale)

    @property
    def upright(self) -> bool:
        """True if moments that are equal lie above each other on the axis."""
        return self.axis == self.moment.scale or {self.axis, self.moment.scale} <= NOISE_LEVELS

    def is_log(self, name: str) -> bool:
        """Whether a curve's y axis is logarithmic: by choice, or because a linear one would show nothing.

        What compares with A is of another size than the curve itself, and has a linear axis unless one is chosen.
        """
        if name in self.log_curves or name in self.linear_curves or self.view is not View.PLAIN:
            return name in self.log_curves
        if name not in self._flat:
            drawn = self.steady or self.visible
            self._flat[name] = is_flat((entry.coefficients_of(name) for entry in drawn), name)
        return self._flat[name]

    @cached_property
    def _flat(self) -> dict[str, bool]:
        """Of which curves a linear axis shows nothing, as far as it was asked: each line of a plot asks for its own."""
        return {}

    def letter(self, entry: Entry) -> str:
        """The letter of an entry: A for the first in the list, B for the second …, after Z AA, AB …"""
        return self._letters[entry.key]

    def title(self, entry: Entry) -> str:
        """The name of an entry, or as much of its schedule as tells it from the others in the list; one line."""
        return self._titles[entry.key]

    def shown_title(self, entry: Entry) -> str:
        """The title of the schedule whose values are shown of an entry; of a family, that of its member."""
        return self._shown_titles[entry.key]

    def telling_title(self, entry: Entry) -> str:
        """Of that title, where it has no room, what the titles of the other ticked entries do not say as well."""
        return self._telling_titles.get(entry.key) or self.shown_title(entry)

    def named(self, entry: Entry) -> str:
        """The title of an entry that was given a name, whole as it was given; "" where it only describes."""
        return entry.name or (self.title(entry) if has_name(entry) else "")

    @cached_property
    def _letters(self) -> dict[int, str]:
        return {entry.key: letter(place) for place, entry in enumerate(self.entries)}

    @cached_property
    def _titles(self) -> dict[int, str]:
        return dict(zip((entry.key for entry in self.entries), titles_of(self.entries), strict=True))

    @cached_property
    def _shown_titles(self) -> dict[int, str]:
        titles = shown_titles_of(self.entries, [self._titles[entry.key] for entry in self.entries])
        return dict(zip(self._titles, titles, strict=True))

    @cached_property
    def _telling_titles(self) -> dict[int, str]:
        titles = telling_titles_of([self.shown_title(entry) for entry in self.visible])
        return dict(zip((entry.key for entry in self.visible), titles, strict=True))

    def t_of(self, entry: Entry) -> int:
        """The step of any entry's schedule at the moment, 0 … its T."""
        if entry.key not in self._ts:
            self._ts[entry.key] = self.moment.step(entry.schedule)
        return self._ts[entry.key]

    @cached_property
    def _ts(self) -> dict[int, int]:
        """The steps that were asked for, by key: every panel does, many times over."""
        return {self.selected: self.t}

    def reaches(self, entry: Entry) -> bool:
        """Whether an entry's schedule gets as far as the moment; else its step is its last."""
        if entry.key not in self._reached:
            self._reached[entry.key] = self.moment.reached(entry.schedule)
        return self._reached[entry.key]

    @cached_property
    def _reached(self) -> dict[int, bool]:
        """What was asked for, by key, likewise; the selected schedule's own step is never beyond its last."""
        return {self.selected: True}

    def at(self, t: int, scale: str = "") -> Self:
        """The same state at a step of the selected schedule, kept within 0 … T, and held equal on `scale` if given.

        Where it is there already the moment stays, though it may lie between two steps of the selected schedule.
        """
        schedule, scale = self.current.schedule, scale or self.moment.scale
        t = max(0, min(t, schedule.T))
        if (t, scale) == (self.t, self.moment.scale):
            return self
        moved = replace(self, t=t, moment=Moment.at(scale, schedule, t))
        vars(moved).update({name: value for name, value in vars(self).items() if name in _AT_EVERY_T})
        return moved

    def with_selected(self, key: int) -> Self:
        """The same moment, with another entry selected."""
        entry = next(entry for entry in self.entries if entry.key == key)
        return replace(self, t=self.t_of(entry), selected=key)

    def with_schedule(self, spec: Specified, key: int | None = None) -> Self:
        """The same moment, with another schedule or family in an entry, by default the selected one, if it is there."""
        key = self.selected if key is None else key
        entries = tuple(entry.holding(spec) if entry.key == key else entry for entry in self.entries)
        return replace(self, entries=entries)._at_moment() if key == self.selected else replace(self, entries=entries)

    def with_objective(self, train: Objective, key: int) -> Self:
        """The same state, with another training objective of an entry, if it is there."""
        entries = tuple(replace(entry, train=train) if entry.key == key else entry for entry in self.entries)
        return replace(self, entries=entries)

    def with_steps(self, steps: tuple[StepsSpec, ...], key: int) -> Self:
        """The same state, with other steps of an entry, if it is there."""
        entries = tuple(replace(entry, steps=steps) if entry.key == key else entry for entry in self.entries)
        return replace(self, entries=entries)

    def with_name(self, key: int, name: str) -> Self:
        """The same state, with another name of an entry."""
        entries = tuple(replace(entry, name=name) if entry.key == key else entry for entry in self.entries)
        return replace(self, entries=entries)

    def with_member(self, place: int) -> Self:
        """The same moment, with another member of the selected family shown."""
        shown = replace(self.current, schedule=self.current.members[place])
        entries = tuple(shown if entry.key == shown.key else entry for entry in self.entries)
        return replace(self, entries=entries)._at_moment()

    def _at_moment(self) -> Self:
        """The same state at the step of the selected schedule that is at its moment."""
        return replace(self, t=self.moment.step(self.current.schedule))
