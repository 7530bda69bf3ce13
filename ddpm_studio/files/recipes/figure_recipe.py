"""Figures that recipes describe: their lines and axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.figures.figure import LOG_CURVES, FigureLine
from ddpm_studio.figures.line_looks import look_at
from ddpm_studio.files.recipes.recipe import Recipe, RecipeSchedule


def lines_of(schedules: Iterable[RecipeSchedule]) -> tuple[FigureLine, ...]:
    """The lines of the schedules of a recipe that are not hidden, as they looked. ScheduleError and FileError."""
    return tuple(line for place, each in enumerate(schedules) if not each.hidden for line in _lines(each, place))


def log_curves_of(recipe: Recipe) -> frozenset[str]:
    """The curves with a logarithmic y axis: those of the recipe, and of the others the usual ones."""
    return (LOG_CURVES - recipe.log.keys()) | {name for name, is_log in recipe.log.items() if is_log}


def objective_of(each: RecipeSchedule) -> Objective:
    """What a schedule of a recipe is trained for."""
    return Objective.parse(each.train) if each.train else PLAIN


def _lines(each: RecipeSchedule, place: int) -> Iterator[FigureLine]:
    shown = each.schedule()
    look = look_at(place if each.style is None else each.style)
    members = ScheduleFamily.over(shown, each.family).members if each.family else (shown,)
    for member in members:
        name = (each.title or each.name) if member == shown else ""
        yield FigureLine(member, name, look.colour, look.dash, objective_of(each))
