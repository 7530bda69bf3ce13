"""Options about comparing: curves as differences from those of the first schedule, or as their ratios."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ddpm_studio.diffusion.moment import RELATIVE_SCALE, SCALES, Moment
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FigureError
from ddpm_studio.figures.against import COMPARISONS, RATIO, Against, letter

NONE = "none"


def add_comparison(parser: ArgumentParser) -> None:
    """Add --compare and --equal."""
    parser.add_argument(
        "--compare",
        choices=(NONE, *COMPARISONS),
        default=NONE,
        help="draw of each curve its difference from that of the first schedule, called A, or its ratio to it",
    )
    parser.add_argument(
        "--equal",
        metavar="|".join(SCALES),
        help="with --compare, what is equal where schedules are compared (default: t/T)",
    )


def against_of(options: Namespace, first: Schedule, train: Objective = PLAIN, place: int = 0) -> Against | None:
    """What curves are compared with, the first schedule that is shown, with its objective and its place in the list;
    None if they are drawn as they are.
    """
    if options.equal is not None:
        template = QT_TRANSLATE_NOOP("errors", "There is no scale “{name}”; {remedy}")
        check_named(options.equal, SCALES, template, FigureError)
    if options.compare == NONE:
        return None
    return Against(first, train, options.equal or RELATIVE_SCALE, options.compare == RATIO, letter(place))


def compared_at(against: Against | None, moment: tuple[str, float] | None) -> tuple[str, float] | None:
    """The moment of a recipe on whose scale schedules are compared, the one that is given where it will do."""
    if against is None or (moment is not None and moment[0] == against.scale):
        return moment
    return against.scale, Moment.at(against.scale, against.schedule, against.schedule.T).value
