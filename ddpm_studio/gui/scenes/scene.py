"""Scene: one guided question, with what it says, what it shows, and the gesture that it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ddpm_studio.diffusion.moment import T_SCALE
from ddpm_studio.diffusion.schedule_family import Specified, shown_of
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.scenes.goal import Goal
from ddpm_studio.gui.state.window import DEFAULT_CURVES, Entry, Side, State


@dataclass(frozen=True)
class SceneSchedule:
    """A schedule or a family that a scene shows, or has in the list to be ticked, and the steps below it."""

    spec: Specified
    visible: bool = True
    steps: tuple[StepsSpec, ...] = ()

    def entry(self, key: int) -> Entry:
        """Its line in the list, in the style of its place there."""
        made = Entry(key, shown_of(self.spec), key, visible=self.visible, steps=self.steps)
        return made.holding(self.spec)


@dataclass(frozen=True)
class SceneSetting:
    """What a scene shows: `selected` is the place of the schedule whose t is given, 0 being the first."""

    schedules: tuple[SceneSchedule, ...]
    t: int
    selected: int = 0
    axis: str = T_SCALE
    curve: str = DEFAULT_CURVES[1]
    curves: tuple[str, ...] = DEFAULT_CURVES
    side: Side = Side.FORWARD

    def state(self, own: State) -> State:
        """The state that it sets up, with the picture, the noise and the checkpoint of the person's own."""
        entries = tuple(schedule.entry(place) for place, schedule in enumerate(self.schedules))
        shown = State(
            entries=entries,
            selected=self.selected,
            axis=self.axis,
            curve=self.curve,
            curves=self.curves,
            side=self.side,
            picture=own.picture,
            background=own.background,
            seed=own.seed,
            sampling=own.sampling.without_entries(frozenset()),
            marks=False,
            run_lanes=False,
        )
        return replace(shown.at(self.t, self.axis), visited=own.visited, traces=own.traces)


@dataclass(frozen=True)
class Scene:
    """A question, what is said about it, the gesture that is asked for, and what was to be seen by it.

    Bundled ones are in the source language; those that a person wrote are in theirs, and may say anything.
    """

    order: float
    title: str
    sentences: tuple[str, ...]
    gesture: str
    reward: str
    setting: SceneSetting
    goal: Goal

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything in it that a person reads."""
        return self.title, *self.sentences, self.gesture, self.reward
