"""Printed recipe: what the file that carries it was made with, a line for each thing."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator

from ddpm_studio.checkpoints.fingerprint import found_again
from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, cell, print_either
from ddpm_studio.figures.against import COMPARISONS
from ddpm_studio.files.recipes.recipe import Recipe, RecipeRun, RecipeSchedule
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.texts import visible

LONGEST = 300
"""Characters of a value, which may be anything that a stranger wrote."""

Told = tuple[str, object]


def print_recipe(recipe: Recipe, options: Namespace) -> None:
    """Print a recipe as text, or as JSON where that is asked for."""
    rows = [(cell("key", key), Cell(visible(str(value), LONGEST), {"value": value})) for key, value in _told(recipe)]
    print_either(options, [str(PrintedTable(rows))], json.loads(recipe_text(recipe)))


def _told(recipe: Recipe) -> Iterator[Told]:
    yield "made", recipe.made
    yield from (("schedule", _schedule(each)) for each in recipe.schedules)
    if recipe.moment is not None:
        yield "moment", f"{recipe.moment[0]} = {recipe.moment[1]:g}"
    if recipe.picture:
        yield "picture", recipe.picture
    if recipe.seed is not None:
        yield "seed of the noise", recipe.seed
    if recipe.axis:
        yield "x axis", recipe.axis
    if recipe.curves:
        yield "curves", ", ".join(recipe.curves)
    if recipe.view in COMPARISONS:
        yield "compared with A", recipe.view
    if recipe.run is not None:
        yield from _run(recipe.run)
    yield from recipe.versions.items()


def _schedule(schedule: RecipeSchedule) -> str:
    parts = [schedule.spec, f"  # {schedule.name}" if schedule.name else ""]
    parts += [f"  t={schedule.t}"] if schedule.t is not None else []
    parts += ["  hidden"] if schedule.hidden else []
    return "".join(parts)


def _run(run: RecipeRun) -> Iterator[Told]:
    here = found_again(run.checkpoint)
    yield "checkpoint", f"{run.checkpoint.name}, {'known here' if here else 'not known here'}"
    yield "sha256", run.checkpoint.sha256
    yield "solver", " ".join([run.sampler.solver, *(f"{key}={value}" for key, value in run.sampler.options)])
    yield "steps", f"{run.sampler.steps}, {run.sampler.spacing}"
    yield from run.settings.items()
    yield from run.answers.items()
