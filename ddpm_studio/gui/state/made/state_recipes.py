"""Recipes of what a state shows: its noised pictures, its plots, and a run of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers_file import as_portable
from ddpm_studio.checkpoints.fingerprint import fingerprint_of
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.diffusion.moment import Moment
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.files.recipes.program_versions import versions_of
from ddpm_studio.files.recipes.recipe import (
    Recipe,
    RecipeCheckpoint,
    RecipeRow,
    RecipeRun,
    RecipeSchedule,
    name_alone,
    portable_settings,
)
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.run_settings import SamplerSettings, settings_in

Carried = Callable[[], str]
"""The text of a recipe, asked for beside the window: a checkpoint may take long to be read."""


Fingerprint = Callable[[str, Path], RecipeCheckpoint]
"""A function that names a checkpoint by what it was called and where it lies."""


def of_noising(state: State, entries: Sequence[Entry], steps: Sequence[int] = ()) -> Carried:
    """That of the picture of a state under `entries`, which are at its moment, or each at its step of `steps`."""
    made = "noised picture" if len(entries) == 1 else "noised pictures"
    recipe = Recipe(made, axis=state.axis, versions=versions_of(), **_picture(state))
    if steps:
        moment = Moment.at(state.moment.scale, entries[0].schedule, steps[0])
        alone = tuple(_of_entry(entry, t) for entry, t in zip(entries, steps, strict=True))
        recipe = replace(recipe, schedules=alone, moment=(moment.scale, moment.value))
    else:
        recipe = replace(recipe, **_in_their_places(state, entries))
    return lambda: recipe_text(recipe)


def _picture(state: State) -> dict[str, Any]:
    """What a recipe says of the picture of a state, if there is one."""
    shown = state.picture
    if shown is None:
        return {}
    name = name_alone(shown.name)
    return {"picture": name, "frame": shown.frame, "background": state.background, "seed": state.seed}


def of_plots(state: State, curves: Iterable[str]) -> Carried:
    """That of plots of these curves, of every visible schedule."""
    recipe = _of_curves("plots", state, state.visible, tuple(curves))
    return lambda: recipe_text(recipe)


def of_figure(state: State, curves: Iterable[str], page: PageSettings) -> Carried:
    """That of a figure of these curves, as its page is set."""
    recipe = replace(_of_curves("figure", state, state.visible, tuple(curves)), page=page)
    return lambda: recipe_text(recipe)


def _of_curves(made: str, state: State, entries: Iterable[Entry], curves: tuple[str, ...]) -> Recipe:
    """That of curves of these entries, drawn and compared as the plots are."""
    return Recipe(
        made,
        axis=state.axis,
        curves=curves,
        versions=versions_of(),
        view=state.view.value,
        log={name: state.is_log(name) for name in curves},
        **_in_their_places(state, entries, titled=True),
    )


def _in_their_places(state: State, shown: Iterable[Entry], titled: bool = False) -> dict[str, Any]:
    """What a recipe says of the entries that are shown at the moment of a state, and which of them is selected.

    The others before the last of them are there, hidden, since the place of an entry is its letter.
    """
    keys = {entry.key for entry in shown}
    last = max((place for place, entry in enumerate(state.entries) if entry.key in keys), default=-1)
    carried = state.entries[: last + 1]
    return {
        "schedules": tuple(
            replace(
                _of_entry(entry, state.t_of(entry)),
                title=state.title(entry) if titled else "",
                hidden=entry.key not in keys,
            )
            for entry in carried
        ),
        "moment": (state.moment.scale, state.moment.value),
        "selected": next((place for place, entry in enumerate(carried) if entry.key == state.selected), None),
    }


def of_report(state: State, run: RunSpec | None) -> Carried:
    """That of a report of a state, with the steps below its schedules, and of a run in it with all its samplers."""
    drawn = _of_curves("report", state, state.visible or state.entries, state.reported)
    schedules = [*drawn.schedules]
    rows = () if run is None else tuple(_row(sampler, schedules) for sampler in run.samplers)

    def carried() -> str:
        card = state.sampling.card
        answers = card.answers if run and card and card.path == run.checkpoint else Answers()
        return recipe_text(
            replace(
                drawn,
                schedules=tuple(schedules),
                run=None if run is None else _run(run, rows, answers),
                versions=versions_of("torch"),
                title=PurePath(state.project).stem,
                **_picture(state),
            )
        )

    return carried


def of_run(spec: RunSpec, row: int, answers: Answers, named: Fingerprint = fingerprint_of) -> Carried:
    """That of one sampler of a run, with what was said about its checkpoint, whose weights are read for it unless it is
    `named` without.
    """
    schedules: list[RecipeSchedule] = []
    drawn = _row(spec.samplers[row], schedules)

    def carried() -> str:
        run, versions = _run(spec, (drawn,), answers, named), versions_of("torch")
        return recipe_text(Recipe("samples", tuple(schedules), run=run, versions=versions, **_begun_from(spec)))

    return carried


def _begun_from(spec: RunSpec) -> dict[str, Any]:
    """What a recipe says of the picture that a run begins from, if it does from one."""
    picture = spec.picture
    return {} if picture is None else {"picture": name_alone(picture.name), "frame": picture.frame}


def _row(sampler: SamplerSpec, schedules: list[RecipeSchedule]) -> RecipeRow:
    """A sampler, along one of the schedules of a recipe, which is added where it is not among them and is hidden
    beside others.
    """
    settings = SamplerSettings(**settings_in(sampler))
    if sampler.along is None:
        return RecipeRow(settings)
    along = RecipeSchedule.of(sampler.along)
    numbers = _numbers_of(along)
    place = next((place for place, each in enumerate(schedules) if _numbers_of(each) == numbers), len(schedules))
    if place == len(schedules):
        schedules.append(replace(along, hidden=bool(schedules)))
    return RecipeRow(settings, place)


def _numbers_of(schedule: RecipeSchedule) -> tuple[object, ...]:
    """What makes its numbers."""
    return schedule.spec, schedule.betas, schedule.log_snr


def _run(
    spec: RunSpec, rows: tuple[RecipeRow, ...], answers: Answers, named: Fingerprint = fingerprint_of
) -> RecipeRun:
    """A run of these samplers."""
    checkpoint = named(spec.checkpoint, Path(locate(spec.checkpoint)))
    settings, said = portable_settings(spec), as_portable(answers)
    return RecipeRun(checkpoint, rows[0].sampler, settings, said, rows[0].along, rows[1:])


def _of_entry(entry: Entry, t: int) -> RecipeSchedule:
    family = "" if entry.family is None else entry.family.range_text
    train = "" if entry.train == PLAIN else str(entry.train)
    steps = tuple(str(spec) for spec in entry.steps)
    return RecipeSchedule.of(entry.schedule, entry.name, t, family=family, train=train, steps=steps, style=entry.style)
