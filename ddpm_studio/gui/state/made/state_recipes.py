"""Recipes of what a state shows: its noised pictures, its plots, and a run of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers_file import as_settings
from ddpm_studio.checkpoints.fingerprint import fingerprint_of
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.files.recipes.program_versions import versions_of
from ddpm_studio.files.recipes.recipe import Recipe, RecipeRun, RecipeSchedule, name_alone, portable_settings
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.gui.state.run import RunSpec
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.run_settings import SamplerSettings, settings_in

Carried = Callable[[], str]
"""The text of a recipe, asked for beside the window: a checkpoint may take long to be read."""


def of_noising(state: State, entries: Sequence[Entry], steps: Sequence[int] = ()) -> Carried:
    """That of the picture of a state under `entries`, each at its step, by default that of the state's moment."""
    assert state.picture is not None
    steps = steps or [state.t_of(entry) for entry in entries]
    recipe = Recipe(
        "noised picture" if len(entries) == 1 else "noised pictures",
        tuple(_of_entry(entry, t) for entry, t in zip(entries, steps, strict=True)),
        (state.moment.scale, state.moment.value),
        state.axis,
        picture=name_alone(state.picture.name),
        frame=state.picture.frame,
        background=state.background,
        seed=state.seed,
        versions=versions_of(),
    )
    return lambda: recipe_text(recipe)


def of_plots(state: State, curves: Iterable[str]) -> Carried:
    """That of plots of these curves, of every visible schedule."""
    schedules = tuple(_of_entry(entry, state.t_of(entry)) for entry in state.visible)
    place = state.moment.scale, state.moment.value
    recipe = Recipe("plots", schedules, place, state.axis, tuple(curves), versions=versions_of())
    return lambda: recipe_text(recipe)


def of_run(spec: RunSpec, row: int, answers: Answers) -> Carried:
    """That of one sampler of a run, with what was said about its checkpoint, whose weights are read for it."""
    sampler = spec.samplers[row]

    def carried() -> str:
        run = RecipeRun(
            fingerprint_of(spec.checkpoint, Path(locate(spec.checkpoint))),
            SamplerSettings(**settings_in(sampler)),
            portable_settings(spec),
            as_settings(answers),
            None if sampler.along is None else 0,
        )
        schedules = () if sampler.along is None else (RecipeSchedule.of(sampler.along),)
        return recipe_text(Recipe("samples", schedules, run=run, versions=versions_of("torch")))

    return carried


def _of_entry(entry: Entry, t: int) -> RecipeSchedule:
    family = "" if entry.family is None else entry.family.range_text
    train = "" if entry.train == PLAIN else str(entry.train)
    return RecipeSchedule.of(entry.schedule, entry.name, t, family, train)
