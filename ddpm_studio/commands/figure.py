"""A figure for print: curves of schedules with axes, symbols and names, one panel for each curve.

Sizes are those on paper: a width in mm, cm or in, the font and the lines in points. FILE ends in .svg, which is what
is written to standard output as well, in .pdf or .png, as the window writes them, or in .py, a script for Matplotlib
that draws the figure with its numbers in it.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from ddpm_studio.commands.shared.arguments import names, number, whole_number
from ddpm_studio.commands.shared.comparison_options import add_comparison, against_of, compared_at
from ddpm_studio.commands.shared.output import deliver
from ddpm_studio.commands.shared.recipe_options import add_recipe, carried, figure_arguments, recipe_of
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, SCALES
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.schedule_family import members_of, specified
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FigureError
from ddpm_studio.figures.against import comparison_of
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import LOG_CURVES, Figure, Naming, names_of
from ddpm_studio.figures.matplotlib_script import script_of
from ddpm_studio.figures.page_settings import RESOLUTIONS, PageSettings, page_of
from ddpm_studio.figures.svg import svg_file
from ddpm_studio.files.filetypes import PDF, PNG, PYTHON, SVG
from ddpm_studio.files.recipes.carriers import svg_with
from ddpm_studio.files.recipes.figure_recipe import lines_of, objective_of
from ddpm_studio.files.recipes.program_versions import versions_of
from ddpm_studio.files.recipes.recipe import Recipe, RecipeSchedule

SUMMARY = "draw curves of schedules for print, as PDF, SVG, PNG or a script for Matplotlib"
ORDER = 15

EXAMPLES = """\
examples:
  ddpm-studio figure --schedule linear --schedule cosine -o figure.svg
  ddpm-studio figure --schedule linear --schedule cosine --curves betas --compare ratio -o ratio.svg
  ddpm-studio figure --recipe figure.svg --width 183mm -o wide.pdf
  ddpm-studio figure --schedule "cosine:T=1000  # ours" --curves betas,snr --axis log_snr --width 3.25in -o figure.py
"""

MM_IN = {"mm": 1.0, "cm": 10.0, "in": 25.4}
"""Millimetres in the units of a length."""

LENGTH = re.compile(r"([\d.]+)\s*(mm|cm|in)?")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio figure`."""
    known = textwrap.fill(", ".join(ALL_CURVES), 100, initial_indent="  ", subsequent_indent="  ")
    parser.epilog = f"curves:\n{known}\n\n{EXAMPLES}"
    parser.add_argument(
        "--schedule",
        metavar="SPEC",
        action="append",
        help="schedule to draw, as kind:T=1000,key=value, or several, as key=low..high,n=5; behind “  #” what it is "
        "called; may be repeated",
    )
    parser.add_argument(
        "--curves",
        metavar="NAME,NAME",
        type=names,
        default=("alphas_cumprod",),
        help="one panel for each (default: alphas_cumprod)",
    )
    add_comparison(parser)
    parser.add_argument("--axis", metavar="|".join(SCALES), default=RELATIVE_SCALE, help="x axis (default: t/T)")
    parser.add_argument(
        "--log", metavar="NAME,NAME", type=names, help="curves with a logarithmic y axis (default: the usual ones)"
    )
    parser.add_argument("--width", metavar="LENGTH", type=millimetres, default=89.0, help="width (default: 89mm)")
    parser.add_argument("--height", metavar="LENGTH", type=millimetres, help="height (default: what suits the panels)")
    parser.add_argument("--font", metavar="PT", type=number, default=7.0, help="size of the font (default: 7)")
    parser.add_argument("--line", metavar="PT", type=number, default=1.0, help="width of the lines (default: 1)")
    parser.add_argument(
        "--names", choices=[*Naming], default=Naming.DIRECT, help="names at the lines' ends, in a legend, or none"
    )
    parser.add_argument("--grey", action="store_true", help="greys and dashes in place of colours")
    parser.add_argument("--title", metavar="TEXT", default="", help="a line above the panels")
    parser.add_argument(
        "--dpi", metavar="N", type=whole_number(*RESOLUTIONS), default=600, help="resolution of PNG (default: 600)"
    )
    parser.add_argument("-o", metavar="FILE", dest="path", help="file to write (default: SVG on standard output)")
    add_recipe(parser, figure_arguments)


def millimetres(text: str) -> float:
    """A type for `add_argument`: a length, in mm unless it says otherwise.

    >>> millimetres("89"), millimetres("8.9cm"), millimetres("3.25in")
    (89.0, 89.0, 82.55)
    """
    found = LENGTH.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is not a length; write 89mm, 8.9cm or 3.5in")
    return round(number(found[1]) * MM_IN[found[2] or "mm"], 6)


def run(options: Namespace) -> int:
    """Write the figure."""
    suffix = _suffix(options.path)
    made = None if options.recipe is None else recipe_of(options.recipe)
    schedules = _schedules(options.schedule, made)
    figure = _figure(options, schedules)
    if suffix == PYTHON:
        deliver(script_of(figure).encode("utf-8"), options.path)
        return 0
    recipe, artwork = carried(options, lambda: _recipe(figure, schedules, made, options.dpi)), artwork_of(figure)
    content = (
        svg_with(svg_file(artwork), recipe) if suffix == SVG else options.printed(artwork, suffix, options.dpi, recipe)
    )
    deliver(content, options.path)
    return 0


def _figure(options: Namespace, schedules: tuple[RecipeSchedule, ...]) -> Figure:
    lines = lines_of(schedules)
    place, first = next((place, each) for place, each in enumerate(schedules) if not each.hidden)
    against = against_of(options, first.schedule(), objective_of(first), place)
    usual = LOG_CURVES if against is None else frozenset()
    log_curves = usual if options.log is None else frozenset(options.log)
    return Figure(
        lines,
        options.curves,
        log_curves=log_curves,
        axis=options.axis,
        width_mm=options.width,
        height_mm=options.height,
        font_pt=options.font,
        line_pt=options.line,
        naming=Naming(options.names),
        grey=options.grey,
        title=options.title,
        against=against,
    )


def _recipe(figure: Figure, schedules: tuple[RecipeSchedule, ...], made: Recipe | None, dpi: int) -> Recipe:
    """That of a figure, with what the recipe by which it was `made` has besides."""
    page = PageSettings(whole=True) if made is None or made.page is None else made.page
    if made is not None and made.curves != figure.curves:
        page = replace(page, whole=True)
    return replace(
        made or Recipe("figure"),
        schedules=schedules,
        moment=compared_at(figure.against, None if made is None else made.moment),
        axis=figure.axis,
        curves=figure.curves,
        view=comparison_of(figure.against),
        log={name: name in figure.log_curves for name in figure.curves},
        page=replace(page_of(figure, page), dpi=dpi),
        versions=versions_of(),
    )


def _schedules(texts: list[str] | None, made: Recipe | None) -> tuple[RecipeSchedule, ...]:
    """The schedules that are typed, or else those of a recipe."""
    if texts is not None:
        return _typed(texts)
    if made is None:
        raise FigureError(
            QT_TRANSLATE_NOOP("errors", "There is no schedule to draw; name one by --schedule, or a file by --recipe.")
        )
    return made.schedules


def _suffix(path: str | None) -> str:
    """What FILE is written as."""
    if path is None or path == "-":
        return SVG
    suffix = Path(path).suffix.lower()
    if suffix not in (PDF, SVG, PNG, PYTHON):
        raise FigureError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} does not end in .pdf, .svg, .png or .py; a figure is written as one of them."
            ),
            path=path,
        )
    return suffix


def _typed(texts: list[str]) -> tuple[RecipeSchedule, ...]:
    """Each schedule, with the title that it was given, or as much of it as tells it from the others."""
    named: list[tuple[Schedule, str | None]] = []
    for text in texts:
        spec, name = name_apart(text)
        named += [(member, name) for member in members_of(specified(spec))]
    short = names_of(tuple(schedule for schedule, _ in named))
    return tuple(
        RecipeSchedule.of(schedule, given or "", title=given or name, style=place)
        for place, ((schedule, given), name) in enumerate(zip(named, short, strict=True))
    )
