"""Taking up of a recipe: the state that it describes, read as a project of what the recipe has is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ddpm_studio.files.recipes.recipe import PROMPTS, Recipe, RecipeRow, RecipeRun, RecipeSchedule
from ddpm_studio.gui.projects.document import Opened, read_document
from ddpm_studio.gui.state.json_values import plain
from ddpm_studio.gui.state.window import State
from ddpm_studio.run_settings import settings_in


def taken_up(recipe: Recipe, now: State) -> Opened:
    """The state `now` with all that a recipe says in place of its own; what it says nothing of stays as it is.

    The entries are those of `now` where it has none. The checkpoint is left to whoever knows where one lies.
    """
    opened = read_document(_document(recipe), Path(), now)
    on = {name for name, is_log in recipe.log.items() if is_log}
    off = recipe.log.keys() - on
    state = replace(opened.state, log_curves=(now.log_curves - off) | on, linear_curves=(now.linear_curves - on) | off)
    state = _titled(state, recipe.schedules) if recipe.schedules else state
    kept = frozenset() if recipe.schedules else frozenset(entry.key for entry in now.entries)
    sampling = now.sampling.without_entries(kept)
    if recipe.run is not None:
        left_out = (name for name in PROMPTS if recipe.run.settings.get(name, "") is None)
        own = {name: getattr(now.sampling, name) for name in ("device", "live", *left_out)}
        sampling = replace(state.sampling, **own)
    return replace(opened, state=replace(state, sampling=sampling))


def run_taken_up(recipe: Recipe, now: State) -> Opened:
    """The state `now` with the run of a recipe set up in it, whose entries stay; the line goes along none of them."""
    assert recipe.run is not None, "only of a recipe with a run"
    alone = replace(recipe.run, along=None, others=())
    return taken_up(Recipe(recipe.made, run=alone), now)


def _titled(state: State, schedules: tuple[RecipeSchedule, ...]) -> State:
    """The state with the titles that its schedules had, as names where others beside them have gone."""
    titles = {place: each.title for place, each in enumerate(schedules, 1) if each.title}
    return replace(
        state,
        entries=tuple(
            replace(entry, name=title)
            if (title := titles.get(entry.key, "")) not in ("", state.title(entry))
            else entry
            for entry in state.entries
        ),
    )


def _document(recipe: Recipe) -> dict[str, object]:
    """A project of no more than what the recipe has."""
    selected = _selected(recipe)
    content: dict[str, object] = {
        "schedules": [_schedule(each) for each in recipe.schedules],
        "selected": selected,
        "t": recipe.schedules[selected].t if recipe.schedules else None,
        "moment": recipe.moment and {"scale": recipe.moment[0], "value": plain(recipe.moment[1])},
        "axis": recipe.axis,
        "curves": list(recipe.curves),
        "curve": recipe.curves[0] if len(recipe.curves) == 1 else None,
        "view": recipe.view,
        "background": recipe.background and list(recipe.background),
        "seed": recipe.seed,
        "sampling": recipe.run and _setup(recipe.run),
    }
    return {key: value for key, value in content.items() if value not in (None, "", [])}


def _selected(recipe: Recipe) -> int:
    """The place of the schedule that is selected."""
    if recipe.selected is not None:
        return recipe.selected
    return next((place for place, each in enumerate(recipe.schedules) if not each.hidden), 0)


def _schedule(schedule: RecipeSchedule) -> dict[str, object]:
    content: dict[str, object] = {
        "schedule": schedule.spec,
        "betas": list(schedule.betas),
        "log_snr": list(schedule.log_snr),
        "name": schedule.name,
        "family": schedule.family,
        "train": schedule.train,
        "steps": list(schedule.steps),
        "style": schedule.style,
        "visible": not schedule.hidden,
    }
    return {key: value for key, value in content.items() if value not in (None, "", [])}


def _setup(run: RecipeRun) -> dict[str, object]:
    said = {name: value for name, value in run.settings.items() if value is not None}
    settings = {name: plain(value) if isinstance(value, float) else value for name, value in said.items()}
    return {**settings, "lines": [*map(_line, run.rows)], "chosen": 0, "answers": dict(run.answers) or None}


def _line(row: RecipeRow) -> dict[str, object]:
    return {**settings_in(row.sampler), "options": dict(row.sampler.options), "along": row.along}
