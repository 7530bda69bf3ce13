"""Deeds that change what is in view or set up: a curve, the axis, what curves are compared by, a solver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import View
from ddpm_studio.gui.translation import translated

CURVE = QT_TRANSLATE_NOOP("palette", "Curve")
AXIS = QT_TRANSLATE_NOOP("palette", "Axis: {scale}")
OVER = QT_TRANSLATE_NOOP("palette", "Draw everything over {scale}, and show all schedules where they are equal on it")
PLOTS = QT_TRANSLATE_NOOP("palette", "Plots")
VIEWS = {
    View.PLAIN: (
        QT_TRANSLATE_NOOP("palette", "Values of the curves"),
        QT_TRANSLATE_NOOP("palette", "Plot every schedule as it is"),
    ),
    View.DIFFERENCE: (
        QT_TRANSLATE_NOOP("palette", "Differences from the first"),
        QT_TRANSLATE_NOOP("palette", "Plot by how much every schedule lies above the first that is shown"),
    ),
    View.RATIO: (
        QT_TRANSLATE_NOOP("palette", "Ratios to the first"),
        QT_TRANSLATE_NOOP("palette", "Plot how many times the first that is shown every schedule is"),
    ),
}
ALIKE = QT_TRANSLATE_NOOP("palette", "All plots alike")
ONE_LARGE = QT_TRANSLATE_NOOP("palette", "One large plot")
ALIKE_TIP = QT_TRANSLATE_NOOP("palette", "Give all chosen curves a plot of the same size")
ONE_LARGE_TIP = QT_TRANSLATE_NOOP("palette", "Give the explained curve a large plot, with the others beside it")
SETUP = QT_TRANSLATE_NOOP("palette", "Sampling")
SOLVER = QT_TRANSLATE_NOOP("palette", "Solver: {name}")
PREFERENCES = QT_TRANSLATE_NOOP("palette", "Preferences")
DASHES = QT_TRANSLATE_NOOP("palette", "A dash pattern for each line")
DASHES_TIP = QT_TRANSLATE_NOOP("palette", "Tell lines apart without their colours, or no longer")


def curve_deeds(studio: Studio) -> Iterator[Deed]:
    """One for each curve: show and explain it."""
    for name, curve in ALL_CURVES.items():
        show, text = partial(studio.show_curve, name), f"{curve.symbol}  {name}"
        yield Deed(f"curve:{name}", text, show, translated(CURVE), translated(curve.meaning), words=curve.formula)


def plot_deeds(studio: Studio) -> Iterator[Deed]:
    """The axis, what is plotted of each schedule, and how the plots are arranged."""
    where = translated(PLOTS)
    for key in studio.state.scales:
        detail, text = (translated(each).format(scale=SCALES[key].name) for each in (OVER, AXIS))
        yield Deed(f"axis:{key}", text, partial(studio.set_axis, key), where, detail, words=key)
    for view, (text, detail) in VIEWS.items():
        yield Deed(f"view:{view}", translated(text), partial(studio.set_view, view), where, translated(detail))
    for grid, text, tip in ((True, ALIKE, ALIKE_TIP), (False, ONE_LARGE, ONE_LARGE_TIP)):
        yield Deed(f"grid:{grid}", translated(text), partial(studio.set_grid, grid), where, translated(tip))


def solver_deeds(change_line: Callable[[str, object], None]) -> Iterator[Deed]:
    """One for each solver: have the chosen line of the setup use it."""
    for name, solver in SOLVERS.items():
        text, detail = translated(SOLVER).format(name=name), translated(solver.paper)
        yield Deed(f"solver:{name}", text, partial(change_line, "solver", name), translated(SETUP), detail)


def preference_deeds(keeper: PreferenceKeeper) -> Iterator[Deed]:
    """What can be turned on and off of the preferences."""
    on = keeper.preferences.dashes
    text = f"✓ {translated(DASHES)}" if on else translated(DASHES)
    yield Deed("dashes", text, partial(keeper.change, dashes=not on), translated(PREFERENCES), translated(DASHES_TIP))
