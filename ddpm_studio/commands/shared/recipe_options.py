"""Options about recipes: the arguments that the recipe in a file stands for, and whether a file gets one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence, Set

from ddpm_studio.checkpoints.answers_file import answers_in
from ddpm_studio.checkpoints.fingerprint import found_again
from ddpm_studio.commands.shared.arguments import Parser
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.figures.against import COMPARISONS
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.files.recipes.carriers import recipe_in
from ddpm_studio.files.recipes.figure_recipe import log_curves_of
from ddpm_studio.files.recipes.recipe import Recipe, RecipeRun, RecipeSchedule
from ddpm_studio.files.recipes.recipe_json import TOO_LONG, recipe_text, without_prompts
from ddpm_studio.run_settings import SETTINGS

_LEVELS = {"--spacing", "--sigmas", "--taus", "--timesteps", "--along"}
"""Options of which a command takes one."""

_OTHER_OPTIONS = {"picture_range": "--range"}
"""Answers that an option of another name gives."""

Arguments = Iterator[str]
Replay = Callable[[Recipe, Set[str]], Arguments]
"""The arguments that a recipe stands for beside those that are typed."""


def add_recipe(parser: ArgumentParser, arguments_of: Replay | None = None) -> None:
    """Add --no-recipe, and, with the arguments that a recipe stands for, --recipe."""
    parser.add_argument("--no-recipe", action="store_true", help="leave out of the file what it was made with")
    if arguments_of is None:
        return
    if arguments_of is sampling_arguments:
        told = "have the prompt in the file as well, not only what else it was made with"
        parser.add_argument("--keep-prompt", action="store_true", help=told)
    parser.add_argument(
        "--recipe",
        metavar="FILE",
        help="do as this file was made, which has its recipe in it; other options hold first",
    )
    if isinstance(parser, Parser):
        parser.standing_for["--recipe"] = lambda path, given: _besides(recipe_of(path), arguments_of, given)


def carried(options: Namespace, recipe: Callable[[], Recipe]) -> str:
    """The text of a recipe for the file that is written, "" if it is to have none, or one that is too long, which is
    told.
    """
    if options.no_recipe:
        return ""
    whole = recipe_text(recipe())
    text = whole if getattr(options, "keep_prompt", False) else without_prompts(whole)
    if not text:
        sys.stderr.write(f"note: {TOO_LONG}\n")
    return text


def noising_arguments(recipe: Recipe, typed: Set[str]) -> Arguments:
    """The arguments of `noise` that a recipe stands for; FileError if it is not of one noised picture."""
    if len(recipe.shown) != 1 or recipe.shown[0].t is None or recipe.seed is None:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "The recipe is not that of one noised picture; open the file in the window.")
        )
    if "--schedule" not in typed:
        yield f"--schedule={_spec(recipe.shown[0])}"
    yield f"--t={recipe.shown[0].t}"
    yield f"--seed={recipe.seed}"
    yield f"--frame={recipe.frame}"


def sampling_arguments(recipe: Recipe, typed: Set[str]) -> Arguments:
    """The arguments of `sample` that a recipe stands for; FileError if it is not of a run."""
    run = recipe.run
    if run is None:
        raise FileError(QT_TRANSLATE_NOOP("errors", "The recipe is not that of a run; choose a file with samples."))
    if "--checkpoint" not in typed:
        yield f"--checkpoint={_checkpoint(run)}"
    yield f"--solver={run.sampler.solver}"
    if not typed & _LEVELS:
        yield _levels(recipe, run)
    if not StepsSpec.parse(run.sampler.spacing).has_number:
        yield f"--steps={run.sampler.steps}"
    known = {option.key for option in solver_named(run.sampler.solver).options}
    yield from (f"--{key}={value}" for key, value in run.sampler.options if key in known)
    yield from _settings(run)
    _check_picture(recipe, run, typed)
    yield from _answers(run)


def figure_arguments(recipe: Recipe, typed: Set[str]) -> Arguments:
    """The arguments of `figure` that a recipe stands for, besides its schedules; FileError if it is not of curves."""
    if not recipe.curves or not recipe.shown:
        raise FileError(QT_TRANSLATE_NOOP("errors", "The recipe is not that of a figure; choose a file with curves."))
    page = recipe.page or PageSettings()
    yield f"--curves={','.join(recipe.curves)}"
    yield f"--log={','.join(sorted(log_curves_of(recipe)))}"
    yield from [f"--axis={recipe.axis}"] if recipe.axis else []
    yield from _comparison(recipe)
    yield f"--width={page.width_mm!r}mm"
    yield from [f"--height={page.height_mm!r}mm"] if page.height_mm else []
    yield f"--font={page.font_pt!r}"
    yield f"--line={page.line_pt!r}"
    yield f"--names={page.naming}"
    yield f"--title={page.title}"
    yield f"--dpi={page.dpi}"
    yield from ["--grey"] if page.grey else []


def _comparison(recipe: Recipe) -> Arguments:
    """How curves are compared, if they are."""
    if recipe.view in COMPARISONS:
        yield f"--compare={recipe.view}"
        yield from [f"--equal={recipe.moment[0]}"] if recipe.moment else []


def recipe_of(path: str) -> Recipe:
    """The recipe in a file; FileError if it has none, or none that is sound."""
    recipe = recipe_in(path)
    if recipe is None:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} has no recipe in it; choose a file that this program made."), path=path
        )
    return recipe


def _besides(recipe: Recipe, arguments_of: Replay, given: Sequence[str]) -> list[str]:
    """The arguments that a recipe stands for beside those that are `given`, which hold."""
    typed = {each.partition("=")[0] for each in given}
    return [each for each in arguments_of(recipe, typed) if each.partition("=")[0] not in typed]


def _levels(recipe: Recipe, run: RecipeRun) -> str:
    if run.along is None:
        return f"--spacing={run.sampler.spacing}"
    return f"--along={_spec(recipe.schedules[run.along])}"


def _spec(schedule: RecipeSchedule) -> str:
    if schedule.betas:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "The recipe has the β of {name} in it, which the window alone sets up."),
            name=schedule.name,
        )
    return schedule.spec


def _checkpoint(run: RecipeRun) -> str:
    """The checkpoint of a run, as it is known here; FileError if it is not."""
    found = found_again(run.checkpoint)
    if found is None:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The recipe was made with the checkpoint {name}, which is not known here; name it by --checkpoint.",
            ),
            name=run.checkpoint.name,
        )
    return found


def _settings(run: RecipeRun) -> Arguments:
    """The settings of a run, but for those that are files, which a recipe does not lead to."""
    for name, value in run.settings.items():
        if value is not None and SETTINGS[name].kind is not bool:
            yield f"{SETTINGS[name].option}={value}"


def _check_picture(recipe: Recipe, run: RecipeRun, typed: Set[str]) -> None:
    """FileError for a run that began from a picture, where none is given."""
    option = SETTINGS["from_picture"].option
    if run.settings.get("from_picture") and option not in typed:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "The recipe's run began from the picture {name}; name it by {option}."),
            name=recipe.picture,
            option=option,
        )


def _answers(run: RecipeRun) -> Arguments:
    """What was said about the checkpoint, as options: all but whether its code is trusted, and a schedule's β."""
    said = dict(answers_in(run.answers).answers.said)
    if said.pop("rescale_timesteps", False):
        yield "--rescale-timesteps"
    schedule = said.pop("schedule", None)
    if schedule is not None and isinstance(run.answers.get("schedule"), str):
        yield f"--schedule={schedule}"
    for name, value in said.items():
        option = _OTHER_OPTIONS.get(name, f"--{name.replace('_', '-')}")
        yield f"{option}={'x'.join(map(str, value)) if isinstance(value, tuple) else value}"
