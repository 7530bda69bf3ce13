"""Cells of a notebook: what it shows of a schedule, of steps and of a solver's table, as pieces of HTML.

Their curves are pictures, which a notebook that nobody has trusted yet shows as well, where it takes drawings out and
leaves their words. They are drawn in an ink that is read on a light ground and on a dark one, and have no style sheet,
which would be that of the whole notebook.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from functools import singledispatch

import numpy as np

from ddpm_studio.diffusion import Schedule, SolverTable, Steps
from ddpm_studio.diffusion.schedule import kind_named
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.figures.artwork import Artwork, Polyline, Stroke
from ddpm_studio.figures.composing import artwork_of, composed
from ddpm_studio.figures.figure import Figure, FigureLine, Naming
from ddpm_studio.figures.svg import svg_on_any_ground
from ddpm_studio.report.key_numbers import KEYS, equal_text, numbers_of
from ddpm_studio.report.markup import Markup, element, foreign, formula, table, together
from ddpm_studio.report.report_contents import spec_text
from ddpm_studio.report.step_tables import LAID_OUT, levels_table, solver_part
from ddpm_studio.texts import Text

CURVES = ("alphas_cumprod", "snr_db")
"""The curves of a schedule."""

WIDTH_MM, HEIGHT_MM, FONT_PT, LINE_PT = 70.0, 45.0, 8.0, 1.3
"""Size of a panel, of its font and of its lines."""

LINE, DOT = "#3A88B8", "#D55E00"
"""Colours that are seen on white and on black."""

DOT_PT = 3.4
"""Side of the square that a step is."""

INK = "#7B7B7B"
"""Grey that has a contrast of 4 at least to white and to the ground of dark notebooks."""

MOST_ROWS = 20
"""Rows of a table that are shown."""


@singledispatch
def cell_of(value: object) -> str:
    """What a notebook shows of a value: of a Schedule, of Steps or of a SolverTable.

    >>> cell_of(Schedule("cosine", 1000)).startswith("<div><p><strong>Cosine</strong> <code>cosine:T=1000</code></p>")
    True
    """
    raise TypeError(f"there is no cell for {type(value).__name__}")


@cell_of.register
def _(schedule: Schedule) -> str:
    label = str(kind_named(schedule.kind).label)
    heading = (*map(formula, KEYS), "0 dB at t (t/T)")
    drawn = _picture(artwork_of(_figure(schedule, CURVES)))
    numbers = table(heading, [(*numbers_of(schedule), equal_text(schedule))])
    said = element("p", element("strong", label), " ", element("code", foreign(spec_text(schedule))))
    return element("div", said, drawn, numbers)


@cell_of.register
def _(steps: Steps) -> str:
    levels = StepLevels(steps.schedule, steps.timesteps, steps.log_snr)
    told = Text(LAID_OUT, {"text": foreign(steps.spacing), "count": levels.count})
    said = element("p", element("strong", str(told)), " ", element("code", foreign(spec_text(steps.schedule))))
    drawn = _picture(_with_dots(_figure(steps.schedule, ("log_snr",)), levels))
    return element("div", said, drawn, *levels_table(levels, str, MOST_ROWS))


@cell_of.register
def _(solved: SolverTable) -> str:
    options = ", ".join(f"{key}={value}" for key, value in solved.options.items())
    said = [element("p", element("code", foreign(options)))] if options else []
    return element("div", solver_part(solved, str, MOST_ROWS), together(said))


def _picture(artwork: Artwork) -> Markup:
    """A drawing as a picture, which is told by its name where it is not seen."""
    content = b64encode(svg_on_any_ground(artwork, INK)).decode("ascii")
    return element("img", src=f"data:image/svg+xml;base64,{content}", alt=foreign(artwork.name))


def _figure(schedule: Schedule, curves: tuple[str, ...]) -> Figure:
    line = FigureLine(schedule, spec_text(schedule), LINE)
    return Figure(
        (line,),
        curves,
        width_mm=WIDTH_MM * len(curves),
        height_mm=HEIGHT_MM,
        font_pt=FONT_PT,
        line_pt=LINE_PT,
        naming=Naming.NONE,
    )


def _with_dots(figure: Figure, levels: StepLevels) -> Artwork:
    """The only curve of a figure, log SNR, with a square for each step; one of pure noise lies at the lower end."""
    artwork, frame = artwork_of(figure), composed(figure).frame(0)
    times = (levels.timesteps + 1) / levels.schedule.T
    heights = levels.log_snr[:-1].clip(frame.y.low, frame.y.high)
    places = [frame.place(*point) for point in np.stack([times, heights], axis=1).tolist()]
    return replace(artwork, marks=(*artwork.marks, *_squares(places)))


def _squares(places: list[tuple[float, float]]) -> Iterator[Polyline]:
    for x, y in places:
        yield Polyline(((x - DOT_PT / 2, y), (x + DOT_PT / 2, y)), Stroke(DOT, DOT_PT))
