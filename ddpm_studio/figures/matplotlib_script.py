"""Matplotlib scripts: Python that draws a figure again, with its numbers in it, for whoever wants to go on from there.

The numbers are those of the figure's lines, as many as print can show, so that a script runs anywhere and stays short.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ddpm_studio.diffusion.moment import SCALES, SIGMA_SCALE
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.figures.artwork import FONTS
from ddpm_studio.figures.composing import Composition, composed
from ddpm_studio.figures.figure import Figure, Naming
from ddpm_studio.figures.latex_symbols import latex_of
from ddpm_studio.figures.line_keys import GAP, TIE, EndKey, name_beside
from ddpm_studio.figures.panel_frame import AXIS_PT, PanelFrame
from ddpm_studio.figures.typesetting import name_runs
from ddpm_studio.texts import visible

WIDTH = 116
"""Letters of a line of numbers."""

_HEAD = """\
# A figure of ddpm-studio; it needs Matplotlib 3.7 or newer, and nothing else.

import matplotlib.pyplot as plt

MM = 1 / 25.4  # in inches

plt.rcParams.update({
    "font.family": "sans-serif",
    "font.sans-serif": %(fonts)r,
    "font.size": %(font)r,
    "axes.labelsize": %(font)r,
    "xtick.labelsize": %(font)r,
    "ytick.labelsize": %(font)r,
    "legend.fontsize": %(font)r,
    "mathtext.fontset": "stixsans",
    "axes.linewidth": %(axis)r,
    "xtick.major.width": %(axis)r,
    "ytick.major.width": %(axis)r,
    "lines.linewidth": %(line)r,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "pdf.fonttype": 42,  # text stays text
    "svg.fonttype": "none",
})
"""

_DRAWING = """\
figure, grid = plt.subplots(
    %(rows)d, %(columns)d, figsize=(%(width)r * MM, %(height)r * MM), squeeze=False, layout="constrained"
)
for axes, panel in zip(grid.flat, panels):
    for look, (x, y) in zip(looks, panel["lines"]):
        axes.plot(x, y, **look)
    axes.set(**panel["axes"])
for axes in grid.flat[len(panels):]:
    axes.set_visible(False)
"""

_TITLE = "figure.suptitle(%r, x=0, ha='left', fontsize=%r)\n"

_LEGEND = """\
named = [line for line in grid.flat[0].lines if line.get_label() in names]
figure.legend(
    handles=named, loc="outside upper left", ncols=%(columns)d, frameon=False,
    title=%(title)r, title_fontsize=%(font)r, alignment="left",
)
"""

_ENDS = """\
# Names beside the panels, each tied to where its line ends; places are shares of a panel's width and height.
for axes, panel in zip(grid.flat, panels):
    for number, end, height in panel["ends"]:
        tie = {**looks[number], "label": "_tie", "clip_on": False, "transform": axes.transAxes}
        axes.plot([end[0], %(first).3f, %(last).3f], [end[1], height, height], **tie)
        axes.annotate(
            names[number], (%(last).3f, height), (%(gap).3g, 0),
            xycoords="axes fraction", textcoords="offset points", va="center",
        )
"""

_SAVING = """\
figure.savefig("figure.pdf")
"""


def script_of(figure: Figure) -> str:
    """A script that writes this figure to figure.pdf. Raises FigureError where there is no room for its panels."""
    composition = composed(figure)
    values = {
        "fonts": list(FONTS),
        "font": figure.font_pt,
        "axis": min(AXIS_PT, figure.line_pt),
        "line": figure.line_pt,
    }
    size = {"rows": figure.rows, "columns": figure.columns, "width": figure.width_mm, "height": round(figure.height, 2)}
    parts = [
        _HEAD % values,
        _looks(composition),
        *_panels(composition),
        _DRAWING % size + "".join(_names(composition)) + _SAVING,
    ]
    return "\n".join(parts)


def plain_label(name: str) -> str:
    r"""A name, which may be anybody's, as a label that Matplotlib shows letter by letter, and does not leave out.

    >>> plain_label("$x$"), plain_label("_mine")
    ('\\$x\\$', ' _mine')
    """
    shown = visible(name).replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown


def _looks(composition: Composition) -> str:
    """The names of the lines, and how each is drawn."""
    lines = composition.figure.shown
    names = "".join(f"    {plain_label(_name(composition, composition.figure.name(line)))!r},\n" for line in lines)
    looks = "".join(
        f'    {{"color": {stroke.colour!r}, "linestyle": {(0, stroke.dash) if stroke.dash else "-"!r}, '
        f'"label": names[{place}]}},\n'
        for place, stroke in enumerate(composition.strokes)
    )
    return f"names = [\n{names}]\nlooks = [\n{looks}]\n"


def _name(composition: Composition, name: str) -> str:
    """A name, or as much of it as there is room for beside a panel."""
    if not composition.room_at_right:
        return name
    shown = name_beside(name_runs(name), composition.size, composition.room_at_right)
    return "".join(text for _, text in shown)


def _panels(composition: Composition) -> Iterator[str]:
    """The code that leaves all panels in `panels`: the axes and the numbers of each."""
    yield "panels = []\n"
    for number, curve in enumerate(composition.curves):
        frame = composition.frame(number)
        lines = "".join(map(_numbers, *_read_off(composition, number, frame)))
        ends = _ends(composition, number, frame)
        sign = composition.figure.symbol(curve).removeprefix(curve.symbol)
        yield (
            f"# {curve.name}{sign}\n"
            f'panels.append({{\n    "axes": {_axes(composition, number, frame)},\n    "lines": [\n{lines}    ],\n'
            f'    "ends": {ends!r},\n}})\n'
        )


def _read_off(composition: Composition, number: int, frame: PanelFrame) -> tuple[list[Array], list[Array]]:
    """What the points of a panel's lines say, x and y of each."""
    figure, curve = composition.figure, composition.curves[number]
    needed = [line.needed(frame.point_size) for line in composition.lines[number]]
    return [_said(figure, x) for x, _ in needed], [10.0**y if figure.is_log(curve) else y for _, y in needed]


def _said(figure: Figure, x: Array) -> Array:
    """What positions on the time axis say, as `TimeScale.value` has it."""
    value = SCALES[figure.axis].value
    return np.array([value(position) for position in x.tolist()])


def _axes(composition: Composition, number: int, frame: PanelFrame) -> str:
    """The arguments of `Axes.set`."""
    figure, curve = composition.figure, composition.curves[number]
    y_limits = (frame.y.low, frame.y.high)
    given = {
        "xlim": _limits(_said(figure, np.array([frame.x.low, frame.x.high]))),
        "ylim": _limits(10.0 ** np.array(y_limits) if figure.is_log(curve) else y_limits),
        "xscale": repr("log" if figure.axis == SIGMA_SCALE else "linear"),
        "yscale": repr("log" if figure.is_log(curve) else "linear"),
        "ylabel": f"r{latex_of(figure.symbol(curve))!r}".replace("\\\\", "\\"),
    }
    if composition.is_lowest(number):
        given["xlabel"] = f"r{latex_of(SCALES[figure.axis].name)!r}".replace("\\\\", "\\")
    # Limits before the scale would be lost, and of log SNR the larger comes first.
    return "{" + ", ".join(f'"{key}": {given[key]}' for key in sorted(given, key=_ORDER.index)) + "}"


_ORDER = ["xscale", "yscale", "xlim", "ylim", "xlabel", "ylabel"]


def _limits(ends: Sequence[float] | Array) -> str:
    return f"({float(ends[0]):.6g}, {float(ends[1]):.6g})"


def _numbers(x: Array, y: Array) -> str:
    return f"        (\n{_listed(x)},\n{_listed(y)},\n        ),\n"


def _listed(values: Array) -> str:
    words = ", ".join(_words(values))
    return textwrap.indent(textwrap.fill(f"[{words}]", WIDTH, break_long_words=False, break_on_hyphens=False), " " * 12)


def _words(values: Array) -> Iterable[str]:
    return (f"{value:.6g}" for value in values.tolist())


def _ends(composition: Composition, number: int, frame: PanelFrame) -> list[tuple[int, tuple[float, float], float]]:
    """The names beside a panel: of which line, where that ends, and at which height."""
    keys = list(composition.keys)
    named = [place for place, line in enumerate(composition.figure.shown) if line.name]
    return [
        (named[keys.index(each.key)], _share(frame, each), round((frame.bottom - each.height) / _height(frame), 3))
        for each in composition.keys_at_ends(number)
    ]


def _share(frame: PanelFrame, each: EndKey) -> tuple[float, float]:
    """Where the piece of line before a name begins."""
    x, y = each.end if each.is_tied(frame) else (frame.right + GAP * frame.size, each.height)
    return round((x - frame.left) / (frame.right - frame.left), 3), round((frame.bottom - y) / _height(frame), 3)


def _height(frame: PanelFrame) -> float:
    return frame.bottom - frame.top


def _names(composition: Composition) -> Iterator[str]:
    """The code that draws title, legend and names."""
    figure = composition.figure
    title = plain_label(figure.title)
    if figure.naming is Naming.LEGEND and composition.keys:
        columns = max(map(len, composition.legend.rows))
        yield _LEGEND % {"columns": columns, "title": title or None, "font": figure.font_pt}
    elif title:
        yield _TITLE % (title, figure.font_pt)
    if figure.naming is Naming.DIRECT and composition.keys:
        frame = composition.frame(figure.columns - 1)
        width = frame.right - frame.left
        first, last = GAP * figure.font_pt / width, (GAP + TIE) * figure.font_pt / width
        yield _ENDS % {"first": 1 + first, "last": 1 + last, "gap": GAP * figure.font_pt}
