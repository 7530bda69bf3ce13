"""A report: a comparison of schedules as one file of HTML that opens in any browser and fetches nothing.

It has the curves, the numbers that matter, findings, a picture of yours on its way into noise under each schedule, and
steps with the table of a solver, if you name some. A name may stand behind a schedule, as in "cosine:T=1000  # ours".
Of files it has no more than the name.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from ddpm_studio.commands.shared.arguments import names, whole_number
from ddpm_studio.commands.shared.comparison_options import add_comparison, against_of, compared_at
from ddpm_studio.commands.shared.output import deliver
from ddpm_studio.commands.shared.recipe_options import add_recipe, carried
from ddpm_studio.commands.shared.solver_options import add_solver_options, solver_options_from
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.schedule_family import members_of, specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.figures.against import comparison_of
from ddpm_studio.figures.figure import LOG_CURVES, FigureLine, names_of
from ddpm_studio.figures.line_looks import look_at, on_dark
from ddpm_studio.files.decoding import MAX_FRAME
from ddpm_studio.files.pictures import WHITE, over, read_picture
from ddpm_studio.files.recipes.program_versions import versions_of
from ddpm_studio.files.recipes.recipe import Recipe, RecipeSchedule
from ddpm_studio.files.steps.asked_steps import steps_asked_for
from ddpm_studio.files.steps.without_files import steps_without_files
from ddpm_studio.report import Report, ReportedPicture, ReportedSchedule, ReportedSteps, report_bytes
from ddpm_studio.report.report_contents import CURVES as USUAL_CURVES
from ddpm_studio.report.report_contents import check_page, steps_text
from ddpm_studio.run_settings import MAX_SEED

SUMMARY = "write a comparison of schedules as one page of HTML, with curves and pictures"
ORDER = 15

EXAMPLES = """\
examples:
  ddpm-studio report --schedule linear:T=1000 --schedule cosine:T=1000 -o report.html
  ddpm-studio report --schedule "cosine:T=1000  # ours" --schedule linear:T=1000 --picture cat.jpg -o report.html
  ddpm-studio report --schedule scaled_linear:T=1000 --spacing karras:rho=5 --steps 10 --solver unipc -o report.html
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio report`."""
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add(
        "--schedule",
        metavar="SPEC",
        action="append",
        required=True,
        help="schedule, as kind:T=1000,key=value, or several, as key=low..high,n=5; may be repeated",
    )
    add("--title", metavar="TEXT", default="", help="title of the report")
    add(
        "--curves",
        metavar="NAME,NAME",
        type=names,
        default=USUAL_CURVES,
        help=f"curves to draw, by name (default: {','.join(USUAL_CURVES)})",
    )
    add_comparison(parser)
    add("--picture", metavar="FILE", help="picture to noise: PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP")
    add("--frame", metavar="N", type=whole_number(1, MAX_FRAME), default=1, help="frame or page of it (default: 1)")
    add("--seed", metavar="N", type=whole_number(0, MAX_SEED), default=0, help="seed of the noise ε (default: 0)")
    add("--spacing", metavar="SPEC", action="append", help="steps below each schedule, see ddpm-studio steps")
    add("--steps", metavar="N", type=whole_number(1, MAX_T), help="number of steps, from 1 to T (default: 20)")
    add("--solver", metavar="NAME", help="solver whose table along the steps is shown, see ddpm-studio solvers")
    add("-o", metavar="FILE", dest="path", help="file to write (default: standard output)")
    add_solver_options(parser)
    add_recipe(parser)


def run(options: Namespace) -> int:
    """Write the file, or to standard output."""
    check_page(options.path or "")
    named = [_named(text) for text in options.schedule]
    pairs = [(member, name) for spec, name in named for member in members_of(specified(spec))]
    short = names_of(tuple(schedule for schedule, _ in pairs))
    lines = [
        FigureLine(schedule, name or automatic, look_at(place).colour, look_at(place).dash)
        for place, ((schedule, name), automatic) in enumerate(zip(pairs, short, strict=True))
    ]
    against = against_of(options, lines[0].schedule)
    report = Report(
        tuple(ReportedSchedule(line, on_dark(line.colour), _steps(options, line.schedule)) for line in lines),
        options.title,
        options.curves,
        log_curves=LOG_CURVES if against is None else frozenset(),
        picture=_picture(options),
        against=against,
    )
    recipe = carried(options, lambda: _recipe(options, report, [name for _, name in pairs]))
    deliver(report_bytes(replace(report, recipe=recipe)), options.path)
    return 0


def _recipe(options: Namespace, report: Report, names: Sequence[str]) -> Recipe:
    """That of a report of schedules with their names, "" for one that nobody gave any."""
    picture, against = report.picture, report.against
    return Recipe(
        "report",
        tuple(_recipe_schedule(options, report, *named) for named in enumerate(names)),
        compared_at(against, None),
        report.axis,
        report.curves,
        title=report.title,
        picture=picture.name if picture else "",
        frame=options.frame,
        background=WHITE if picture else None,
        seed=picture.seed if picture else None,
        versions=versions_of(),
        view=comparison_of(against),
        log={name: name in report.log_curves for name in report.curves},
    )


def _recipe_schedule(options: Namespace, report: Report, place: int, name: str) -> RecipeSchedule:
    line = report.schedules[place].line
    steps = _recipe_steps(options, line.schedule)
    return RecipeSchedule.of(line.schedule, name, steps=steps, title=line.name, style=place)


def _recipe_steps(options: Namespace, schedule: Schedule) -> tuple[str, ...]:
    """The steps below a schedule, with their number, and with what was read of their files."""
    return tuple(str(_numbered(options, schedule, spec)) for spec in _spacings(options))


def _numbered(options: Namespace, schedule: Schedule, spec: StepsSpec) -> StepsSpec:
    read = steps_without_files(spec, schedule, options.steps).spec if spec.files else spec
    return read if read.has_number else replace(read, steps=options.steps)


def _named(text: str) -> tuple[str, str]:
    spec, name = name_apart(text)
    return spec, name or ""


def _picture(options: Namespace) -> ReportedPicture | None:
    if options.picture is None:
        return None
    picture, remarks, _ = read_picture(options.picture, options.frame)
    sys.stderr.writelines(f"note: {remark}\n" for remark in remarks)
    return ReportedPicture(PurePath(options.picture).name, over(picture, WHITE), options.seed)


def _steps(options: Namespace, schedule: Schedule) -> tuple[ReportedSteps, ...]:
    """The steps of every spacing over a schedule."""
    return tuple(_laid_out(options, schedule, spec) for spec in _spacings(options))


def _spacings(options: Namespace) -> tuple[StepsSpec, ...]:
    """The spacings that are asked for; the usual one where only a number of steps or a solver is given."""
    wanted = options.steps is not None or options.solver is not None
    return tuple(map(StepsSpec.parse, options.spacing or (["trailing"] if wanted else [])))


def _laid_out(options: Namespace, schedule: Schedule, spec: StepsSpec) -> ReportedSteps:
    asked = steps_asked_for(spec, schedule, options.steps)
    levels, text = asked.levels(schedule), steps_text(asked.spec)
    if options.solver is None:
        return ReportedSteps(text, levels)
    steps = Steps.of_levels(levels, text)
    return ReportedSteps(text, levels, solver_table(options.solver, steps, **solver_options_from(options)))
