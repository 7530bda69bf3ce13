"""The measuring drag: what it says of each schedule, where that stands, and what ends it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from ddpm_studio.gui.curves.bands import Measured
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.numerals import numeral
from tests.gui.curves.conftest import Bench

LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
NAME = "alphas_cumprod"


def shown(bench: Bench) -> Measured | None:
    (plot,) = bench.grid.plots()
    measured: Measured | None = plot.measured.measured()
    return measured


def texts(bench: Bench) -> list[str]:
    measured = shown(bench)
    return [] if measured is None else [text for text, _ in measured.lines]


def measure(bench: Bench, start: float, end: float, keys: Qt.KeyboardModifier = ALT) -> None:
    places = [bench.place(bench.studio.state.curve, x) for x in (start, (start + end) / 2, end)]
    QTest.mousePress(bench.viewport, LEFT, keys, places[0])
    for place in places[1:]:
        QTest.mouseMove(bench.viewport, place)
    QTest.mouseRelease(bench.viewport, LEFT, keys, places[-1])
    bench.settle()


@pytest.mark.parametrize(("start", "end"), [(100, 290), (290, 100)])
def test_it_says_how_much_lies_between_two_moments(large: Bench, start: float, end: float) -> None:
    state = large.studio.state
    measure(large, start, end)
    measured = shown(large)
    assert measured is not None
    first, last = round(measured.start), round(measured.end)
    assert abs(first - 100) <= 2
    assert abs(last - 290) <= 2
    a, b = (entry.schedule.coefficients for entry in state.entries[:2])
    head, of_a, of_b, of_c = texts(large)
    assert head == f"Δt {last - first}   Δ log SNR {numeral(a.log_snr[last - 1] - a.log_snr[first - 1], 3)}"
    assert of_a == f"A  Δ {numeral(a.alphas_cumprod[last - 1] - a.alphas_cumprod[first - 1])}"
    assert of_b == f"B  Δ {numeral(b.alphas_cumprod[last - 1] - b.alphas_cumprod[first - 1])}"
    assert of_c.startswith("C  Δ −0.")
    assert large.studio.state == state, "it changes nothing"


def test_a_schedule_that_ends_before_is_left_out(large: Bench) -> None:
    measure(large, 100, 800)
    assert [text[0] for text in texts(large)] == ["Δ", "A", "B"]


def test_schedules_of_other_lengths_have_their_own_steps(large: Bench) -> None:
    large.studio.set_axis("t/T")
    large.settle()
    measure(large, 0.2, 0.7)
    ends = [text.rsplit("Δt ", 1)[1] for text in texts(large)[1:]]
    assert [abs(int(steps) - right) <= 3 for steps, right in zip(ends, (500, 500, 150), strict=True)] == [True] * 3


def test_of_many_schedules_the_selected_one_is_measured(large: Bench) -> None:
    for _ in range(3):
        large.studio.duplicate(large.studio.state.entries[0].key)
    large.settle()
    measure(large, 100, 200)
    assert [text[0] for text in texts(large)] == ["Δ", large.studio.state.letter(large.studio.state.current)]


def test_on_a_logarithmic_axis_it_says_the_factor_too(large: Bench) -> None:
    large.studio.set_log(NAME, True)
    large.settle()
    measure(large, 100, 200)
    assert all("× 0." in text for text in texts(large)[1:])


def test_a_click_and_escape_clear_it(large: Bench) -> None:
    measure(large, 100, 200)
    QTest.keyClick(large.grid, Qt.Key.Key_Escape)
    assert shown(large) is None
    measure(large, 100, 200)
    QTest.mouseClick(large.viewport, LEFT, NONE, large.place(NAME, 500))
    assert shown(large) is None
    measure(large, 100, 200)
    large.studio.set_axis("t/T")
    large.settle()
    assert shown(large) is None, "its places mean nothing over another axis"


def test_m_makes_the_next_drag_measure(large: Bench) -> None:
    large.grid.setFocus()
    QTest.keyClick(large.grid, Qt.Key.Key_M)
    measure(large, 100, 200, NONE)
    assert texts(large)
    assert large.studio.state.t == 400
    measure(large, 300, 350, NONE)
    assert not texts(large)
    assert abs(large.studio.state.t - 350) <= 2


def test_m_measures_from_the_moment_to_where_keys_move_t(large: Bench) -> None:
    large.grid.setFocus()
    QTest.keyClick(large.grid, Qt.Key.Key_M)
    assert not texts(large)
    large.studio.set_t(520)
    large.settle()
    assert texts(large)[0].startswith("Δt 120 ")
    QTest.keyClick(large.grid, Qt.Key.Key_M)
    large.studio.set_t(530)
    large.settle()
    assert not texts(large)


def test_it_follows_the_schedules(large: Bench) -> None:
    measure(large, 100, 200)
    before = texts(large)
    large.studio.set_parameter("beta_end", 0.04)
    large.settle()
    assert texts(large)[1] != before[1]
    assert texts(large)[2] == before[2]


@pytest.mark.parametrize(("start", "end"), [(2, 6), (200, 900), (450, 460), (990, 999)])
@pytest.mark.parametrize("width", [1200, 560])
def test_its_texts_are_in_the_plot(large: Bench, start: float, end: float, width: int) -> None:
    large.panel.resize(width, 400)
    large.settle()
    measure(large, start, end)
    (plot,) = large.grid.plots()
    assert isinstance(plot, CurvePlot)
    view = plot.box()
    left, right = (large.place(NAME, x).x() for x in (start, end))
    band = QRectF(left, view.top(), right - left, view.height())
    block = plot.measured.block(band, view)
    assert view.contains(block)
    assert band.contains(block) or not band.intersects(block)
