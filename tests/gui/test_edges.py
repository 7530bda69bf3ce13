"""A walk along the edges: every slider at both ends, every T, view and curve, and a resize after each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, cycle, product

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.schedule import OPERATORS
from ddpm_studio.diffusion.solvers.registry import SOLVERS
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.window import DEFAULT_CURVES, View
from ddpm_studio.gui.steps.option_fields import OptionNumber
from ddpm_studio.gui.timeline.time_bar import TimeBar
from tests.gui.curves.labels import check_ticks
from tests.gui.finding import child
from tests.gui.windows import active_window

LENGTHS = (1, 2, 3, 10, 1000, 100_000)
SIZES = (QSize(1280, 800), QSize(1210, 770))


class Walk:
    """A window that is checked, resized and checked again at each step."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self._sizes = cycle(SIZES)

    def step(self, **state: object) -> None:
        """Put this into the state, where it does not come from the window itself."""
        if state:
            self.window.studio._become(replace(self.window.studio.state, **state))  # type: ignore[arg-type]
        self._check()
        self.window.resize(next(self._sizes))
        self._check()

    def show(self, schedule: Schedule) -> None:
        """Show another schedule in place of the selected one."""
        self.window.studio.set_schedule(schedule)
        self.step()

    def fields(self) -> list[ParameterField]:
        """Those of the schedule that is shown."""
        fields = self.window.panel(SchedulesPanel).findChildren(ParameterField)
        return [field for field in fields if field.isVisible()]

    def _check(self) -> None:
        for _ in range(3):
            QApplication.processEvents()
        T = self.window.studio.state.current.schedule.T
        assert child(self.window.panel(TimeBar), QSpinBox).suffix() == f" / {T}"
        plots = self.window.panel(CurvesPanel).grid.plots()
        assert tuple(plot.curve.name for plot in plots) == self.window.studio.state.plotted
        for plot in plots:
            check_ticks(plot)


@pytest.fixture
def walk(qtbot: QtBot) -> Iterator[Walk]:
    with active_window(qtbot, SIZES[1]) as window:
        window.studio.set_curves(tuple(CURVES))
        window.studio.set_grid(True)
        yield Walk(window)


VIEWS: list[dict[str, object]] = [
    {"axis": axis, "view": view, "log_curves": frozenset(curves)}
    for axis, view, curves in product(SCALES, View, ((), CURVES))
]
EACH_WITH_EACH = [view for number, view in enumerate(VIEWS) if number % 4 in (0, 3)]
"""Every axis, every view, and both kinds of y axes, each with each of the others, but not all three together."""

ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)

SOME_KINDS = ("linear", "cosine", "laplace_diffusers", "sigmoid", "cosine_power", "vp", "logsnr_cosine")
"""Each with other parameters."""

OF_EVERY_KIND = {"T", *(operator.key for operator in OPERATORS)}
"""Parameters that are the same in all of them."""


def test_values_beyond_all_numbers_leave_a_window_that_works(walk: Walk) -> None:
    """An SNR of 10⁻³²⁴ is 0 in float64, and 1/ᾱ goes beyond 10³⁰⁸."""
    for spec in ("sqrt:T=50000", "const:T=50000", "linear:T=75000", "linear:T=100000", "sqrt:T=10000"):
        walk.step(curves=tuple(CURVES))
        walk.show(Schedule.parse(spec))
        walk.step(curves=("snr",))


def test_every_slider_of_a_schedule_at_both_ends(walk: Walk) -> None:
    walk.step(curves=DEFAULT_CURVES)
    seen = set[str]()
    for kind in SOME_KINDS:
        walk.show(Schedule(kind))
        fields = [field for field in walk.fields() if kind == SOME_KINDS[0] or field.key not in OF_EVERY_KIND]
        seen.update(field.key for field in fields)
        for field, end in product(fields, ENDS):
            QTest.keyClick(child(field, QSlider), end)
            walk.step()
    assert {"T", "snr_shift"} < seen


def test_every_other_slider_at_both_ends(walk: Walk) -> None:
    """Of the time bar, and of a run, whose tab lies behind another."""
    walk.step(curves=DEFAULT_CURVES)
    panel = walk.window.panel(SamplingPanel)
    walk.window.desk.samples.wanted.emit()
    panel.view_bar.more.setChecked(True)
    for solver in SOLVERS:
        walk.window.studio.set_sampling(lines=(Line(solver=solver),))
        walk.step()
        numbers = [field for field in panel.findChildren(OptionNumber) if field.isVisible()]
        assert len(numbers) == sum(not option.choices for option in SOLVERS[solver].options)
        for field, end in product(numbers, ENDS):
            QTest.keyClick(child(field, QSlider), end)
            walk.step()
    for end in ENDS:
        QTest.keyClick(child(walk.window.panel(TimeBar), QSlider), end)
        walk.step()


def test_every_length_with_every_curve(walk: Walk) -> None:
    for T, kind in product(LENGTHS, ("linear", "cosine", "jsd")):
        walk.show(Schedule(kind, T))


def test_every_view(walk: Walk) -> None:
    walk.window.studio.add(Schedule("sqrt", 10_000))
    for view in EACH_WITH_EACH:
        walk.step(**view)
        walk.step(grid=not walk.window.studio.state.grid)


@pytest.mark.slow
def test_every_switch_from_one_view_to_another(walk: Walk) -> None:
    walk.window.studio.add(Schedule("sqrt", 10_000))
    walk.step(curves=DEFAULT_CURVES)
    # 0, 1, 0, 2 … 0, n, 1, 2, 1, 3 … and back to 0: each follows on each, once.
    for view in (*chain(*combinations(EACH_WITH_EACH, 2)), EACH_WITH_EACH[0]):
        walk.step(**view)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "views"),
    [("linear", VIEWS), ("sqrt", EACH_WITH_EACH), ("cosine", EACH_WITH_EACH)],
    ids=["linear", "sqrt", "cosine"],
)
def test_every_length_in_every_view(kind: str, views: list[dict[str, object]], walk: Walk) -> None:
    walk.window.studio.add(Schedule("cosine", 1000))
    for T, view in product(LENGTHS, views):
        walk.window.studio.set_schedule(Schedule(kind, T))
        walk.step(**view)


@pytest.mark.slow
def test_every_length_of_every_kind(walk: Walk) -> None:
    for T, kind in product(LENGTHS, KINDS):
        walk.show(Schedule(kind, T))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_sliders_of_a_schedule_at_any_of_their_ends(kind: str, walk: Walk) -> None:
    """Any of them but one, which is at the end that leaves an even number at the right one."""
    walk.show(Schedule(kind))
    first, *others = (child(field, QSlider) for field in walk.fields())
    for ends in product(ENDS, repeat=len(others)):
        even = ENDS[ends.count(ENDS[1]) % 2]
        for slider, end in zip((first, *others), (even, *ends), strict=True):
            QTest.keyClick(slider, end)
        walk.step()
