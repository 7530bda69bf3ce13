"""Goal: the one gesture that a scene asks for, as a value of the State and what that has to become."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.figures.against import letter
from ddpm_studio.gui.state.window import Entry, State

SceneValue = float | str | bool | None

OF_WINDOW: Mapping[str, Callable[[State], SceneValue]] = MappingProxyType(
    {
        "t": lambda state: state.t,
        "axis": lambda state: state.axis,
        "scale": lambda state: state.moment.scale,
        "side": lambda state: state.side.value,
        "view": lambda state: state.view.value,
        "curve": lambda state: state.curve,
        "sheet": lambda state: state.sheet,
    }
)
"""What of the whole window a goal can be about."""


def _count(entry: Entry) -> SceneValue:
    """The number of its steps, of those lines of steps that have the most."""
    return max((levels.count for levels in entry.laid_out if isinstance(levels, StepLevels)), default=None)


OF_SCHEDULE: Mapping[str, Callable[[Entry], SceneValue]] = MappingProxyType(
    {
        "visible": lambda entry: entry.visible,
        "kind": lambda entry: entry.schedule.kind,
        "T": lambda entry: entry.schedule.T,
        "steps": _count,
    }
)
"""What of a schedule it can be about, beside its parameters."""


@dataclass(frozen=True)
class Goal:
    """What `value` has to be, "t" or such as "A.beta_end" of the scene's first schedule: a number, or a word."""

    value: str
    at_least: float | None = None
    at_most: float | None = None
    equals: str | bool | None = None

    def reached(self, state: State, keys: Sequence[int]) -> bool:
        """Whether a state has it, in which the scene's schedules have these keys; a schedule that is gone has not."""
        value = self.value_in(state, keys)
        if value is None:
            return False
        if self.equals is not None:
            return value == self.equals
        if isinstance(value, str):
            return False
        least = value if self.at_least is None else self.at_least
        most = value if self.at_most is None else self.at_most
        return least <= value <= most

    def value_in(self, state: State, keys: Sequence[int]) -> SceneValue:
        """The value that a state has; None if it has none of this name."""
        schedule, dot, name = self.value.partition(".")
        if not dot:
            return OF_WINDOW[schedule](state) if schedule in OF_WINDOW else None
        named = (key for place, key in enumerate(keys) if letter(place) == schedule)
        key = next(named, None)
        entry = next((entry for entry in state.entries if entry.key == key), None)
        if entry is None:
            return None
        return OF_SCHEDULE[name](entry) if name in OF_SCHEDULE else entry.schedule.values.get(name)
