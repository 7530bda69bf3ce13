"""Run card: a kept run as it is shown, with its distance to the pinned one, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.kept.kept_run import KeptRun
from ddpm_studio.files.recipes.recipe import RecipeRun, RecipeSchedule
from ddpm_studio.gui.state.given_names import one_line
from ddpm_studio.gui.state.traces import SYMBOLS, settings_text
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import numeral
from ddpm_studio.texts import Text, visible, visible_name

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "checkpoint": QT_TRANSLATE_NOOP("runs", "checkpoint"),
        "solver": QT_TRANSLATE_NOOP("runs", "solver"),
        "steps": QT_TRANSLATE_NOOP("runs", "steps"),
        "along": QT_TRANSLATE_NOOP("runs", "along"),
        "seed": QT_TRANSLATE_NOOP("runs", "seed"),
        "seeds": QT_TRANSLATE_NOOP("runs", "seeds"),
        "pictures": QT_TRANSLATE_NOOP("runs", "pictures"),
        "from_picture": QT_TRANSLATE_NOOP("runs", "begun from"),
        "prompt": QT_TRANSLATE_NOOP("runs", "prompt"),
        "negative_prompt": QT_TRANSLATE_NOOP("runs", "negative prompt"),
        "label": QT_TRANSLATE_NOOP("runs", "class"),
        "guidance": QT_TRANSLATE_NOOP("runs", "guidance"),
        "guidance_rescale": QT_TRANSLATE_NOOP("runs", "guidance rescale"),
        "clip": QT_TRANSLATE_NOOP("runs", "clip"),
        "epsilon": QT_TRANSLATE_NOOP("runs", "ε where clipped"),
        "precision": QT_TRANSLATE_NOOP("runs", "precision"),
    }
)
"""What each thing that is said of a run is called, in the order in which it is said."""

_WORDS = {
    "derived": QT_TRANSLATE_NOOP("runs", "derived"),
    "predicted": QT_TRANSLATE_NOOP("runs", "predicted"),
    "each": QT_TRANSLATE_NOOP("runs", "one for each picture"),
    "True": QT_TRANSLATE_NOOP("runs", "a noised picture"),
}
"""Values of settings that are words of English."""

_OFF = (
    *(("guidance", 1.0), ("guidance_rescale", 0.0), ("prompt", ""), ("negative_prompt", "")),
    *(("from_picture", False), ("seeds", "one")),
)
"""Values of settings with which they do nothing."""

OWN_SCHEDULE = QT_TRANSLATE_NOOP("runs", "its own schedule")
_CALLS = QT_TRANSLATE_NOOP("runs", "{calls} calls · {seconds} s")
_STOPPED = QT_TRANSLATE_NOOP("runs", "stopped at call {calls} of {total} · {seconds} s")
_PINNED = QT_TRANSLATE_NOOP("runs", "pinned")
_FACT = QT_TRANSLATE_NOOP("runs", "{what}: {value}")
_DISTANCE = QT_TRANSLATE_NOOP("runs", "RMS to the pinned run, over the same pictures: {rms}")
_NOTHING_PINNED = QT_TRANSLATE_NOOP("runs", "No distance: no run is pinned")
_NOT_TO_THE_END = QT_TRANSLATE_NOOP("runs", "No distance: one of the two was stopped before its last step")
_OTHER_NOISE = QT_TRANSLATE_NOOP(
    "runs", "No distance: other seed, other picture begun from, or other number or size of pictures than the pinned run"
)
_UNREADABLE = QT_TRANSLATE_NOOP("runs", "No distance: the pictures cannot be read")


@dataclass(frozen=True, eq=False)
class RunCard:
    """A kept run beside the `pinned` one, None without any; `distance` is None where it cannot be measured."""

    kept: KeptRun
    pinned: KeptRun | None = None
    distance: float | None = None

    @property
    def key(self) -> str:
        """The key of the run."""
        return self.kept.key

    @property
    def is_pinned(self) -> bool:
        """Whether it is the pinned run itself."""
        return self.pinned is not None and self.pinned.key == self.key

    @property
    def title(self) -> str:
        """Its name, or how it samples."""
        return one_line(self.kept.name) or settings_text(self.kept.run.sampler)

    @property
    def facts(self) -> str:
        """What it took."""
        kept = self.kept
        said = {"calls": kept.calls, "total": kept.total, "seconds": numeral(round(kept.seconds, 2))}
        return translated(Text(_CALLS if kept.complete else _STOPPED, said))

    @property
    def aside(self) -> str:
        """Its distance to the pinned run, a dash where there is none."""
        if self.is_pinned:
            return translated(_PINNED)
        return "—" if self.distance is None else numeral(float(f"{self.distance:.3g}"))

    @property
    def about_distance(self) -> str:
        """What the distance is, or why there is none."""
        if self.is_pinned:
            return translated(_PINNED)
        if self.distance is not None:
            return translated(Text(_DISTANCE, {"rms": numeral(self.distance)}))
        if self.pinned is None:
            return translated(_NOTHING_PINNED)
        if self.kept.noise != self.pinned.noise:
            return translated(_OTHER_NOISE)
        both = self.kept.complete and self.pinned.complete
        return translated(_UNREADABLE if both else _NOT_TO_THE_END)

    @property
    def description(self) -> str:
        """All that was run, a line each, and what the distance is."""
        values = facts_of(self.kept.run, self.kept.recipe.schedules)
        lines = (translated(Text(_FACT, {"what": translated(NAMES[key]), "value": values[key]})) for key in values)
        device = visible(self.kept.device)
        return "\n".join([self.title, *lines, " · ".join(filter(None, (self.facts, device))), self.about_distance])


def facts_of(run: RecipeRun, schedules: tuple[RecipeSchedule, ...], whole: bool = True) -> dict[str, str]:
    """What is said of a run by the keys of NAMES, each as text; of settings those that are not as usual.

    The solver comes with the `whole` of its options, or with those that differ from their defaults.
    """
    along = translated(OWN_SCHEDULE) if run.along is None else visible(schedules[run.along].spec)
    usual = dict(_usual(run))
    return {
        "checkpoint": visible_name(run.checkpoint.name),
        "solver": _solver(run, whole),
        "steps": steps_text(run),
        "along": along,
        **{key: usual[key] for key in NAMES if key in usual},
    }


def steps_text(run: RecipeRun) -> str:
    """The steps of a run as they are typed, with their number."""
    spacing, steps = visible(run.sampler.spacing), run.sampler.steps
    return spacing if "=" in spacing or "[" in spacing else f"{spacing}:steps={steps}"


def _solver(run: RecipeRun, whole: bool) -> str:
    sampler = run.sampler
    usual = {option.key: option.default for option in solver_named(sampler.solver).options}
    options = {**usual, **dict(sampler.options)}
    told = (f"{SYMBOLS.get(key, key)} {value}" for key, value in options.items() if whole or value != usual[key])
    return " ".join([sampler.solver, *told])


def _usual(run: RecipeRun) -> Iterator[tuple[str, str]]:
    for key, value in run.settings.items():
        if key in NAMES and value not in (None, "auto") and (key, value) not in _OFF:
            yield key, _as_text(key, value)


def _as_text(key: str, value: object) -> str:
    if key in ("prompt", "negative_prompt"):
        return visible(value)
    return numeral(value) if isinstance(value, float) else translated(_WORDS.get(str(value), str(value)))
