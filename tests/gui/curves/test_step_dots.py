"""Dots of steps on the curves of the large plot: where they are, when they are found anew, and dragging one."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import NOISE_LEVELS, SCALES
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.curves.step_dots import DotLine, StepDots, apart
from ddpm_studio.gui.state.window import View
from ddpm_studio.gui.styles import STYLES
from tests.gui.curves.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
NAME = "alphas_cumprod"
LIST = "sigmas:20,5,2,1,0.5,0"


@pytest.fixture
def stepped(large: Bench) -> Bench:
    """A list of five steps and ten of karras below the first schedule, one line below the second."""
    first, second, _ = large.studio.state.entries
    for text, entry in ((LIST, first), ("karras:steps=10", first), ("trailing:steps=4", second)):
        large.studio.add_steps(StepsSpec.parse(text), entry.key)
    large.settle()
    return large


def item(bench: Bench) -> StepDots:
    (plot,) = bench.grid.plots()
    dots: StepDots = plot.steps
    return dots


def lines(bench: Bench, place: int) -> list[DotLine]:
    """The dots of the schedule at a place in the list."""
    key = bench.studio.state.entries[place].key
    return [line for line in item(bench).lines() if line.notes.key == key]


def pixel(bench: Bench, line: DotLine, number: int) -> QPoint:
    (plot,) = bench.grid.plots()
    place = line.numbers.tolist().index(number)
    point: QPointF = plot.vb.mapViewToScene(QPointF(line.xs[place], line.ys[place]))
    return QPoint(bench.grid.mapFromScene(point))


def texts(bench: Bench, place: int = 0) -> list[str]:
    return [str(spec) for spec in bench.studio.state.entries[place].steps]


def sigmas(bench: Bench) -> list[float]:
    return list(bench.studio.state.entries[0].steps[0].numbers)


def test_dots_lie_on_the_curve_at_the_levels_of_the_steps(stepped: Bench) -> None:
    line, karras = lines(stepped, 0)
    assert (line.notes.place, karras.notes.place) == (0, 1)
    known = stepped.studio.state.entries[0].schedule.coefficients
    t = np.interp(np.log([20, 5, 2, 1, 0.5]), np.log(known.sigmas), np.arange(1, 1001))
    np.testing.assert_allclose(line.xs, t, atol=1e-6)
    np.testing.assert_allclose(line.ys, np.interp(t, np.arange(1, 1001), known.alphas_cumprod))
    assert len(karras.xs) == 10
    (other,) = lines(stepped, 1)
    assert other.xs.tolist() == [1000, 750, 500, 250]
    assert lines(stepped, 2) == []


@pytest.mark.parametrize("axis", SCALES)
def test_dots_follow_axis_curve_and_view(stepped: Bench, axis: str) -> None:
    stepped.studio.set_axis(axis)
    stepped.studio.explain("snr_db")
    # A ends less noisily than B, whose last step has nothing to be compared with at its level.
    stepped.studio.set_view(View.PLAIN if axis in NOISE_LEVELS else View.DIFFERENCE)
    stepped.settle()
    (line,) = lines(stepped, 1)
    entry = stepped.studio.state.entries[1]
    places = [SCALES[axis].position_of(entry.schedule, t) for t in (1000, 750, 500, 250)]
    np.testing.assert_allclose(line.xs, places, rtol=1e-9)


def test_dots_are_in_the_schedule_s_colour_and_clipped_to_the_view(stepped: Bench) -> None:
    line = lines(stepped, 0)[0]
    color = STYLES[stepped.studio.state.entries[0].style].color(False)

    def edge() -> QColor:
        place = pixel(stepped, lines(stepped, 0)[0], 2)
        return stepped.viewport.grab().toImage().pixelColor(place + QPoint(4, 0))

    assert line.color == color
    assert abs(edge().lightness() - color.lightness()) < 80
    (plot,) = stepped.grid.plots()
    stepped.grid.zoom(20, 0.9)
    stepped.settle()
    assert not plot.box().contains(QPointF(pixel(stepped, lines(stepped, 0)[0], 2)))
    assert item(stepped).at(stepped.grid.mapToScene(pixel(stepped, lines(stepped, 0)[0], 2))) is None


def test_a_move_of_t_finds_no_dot_anew(stepped: Bench) -> None:
    before = list(item(stepped).lines())
    stepped.studio.set_t(700)
    stepped.settle()
    assert all(now is was for now, was in zip(item(stepped).lines(), before, strict=True))
    key = stepped.studio.state.entries[1].key
    stepped.studio.replace_steps(key, 0, StepsSpec.parse("trailing:steps=3"))
    stepped.settle()
    assert [now is was for now, was in zip(item(stepped).lines(), before, strict=True)] == [True, True, False]


def test_dots_go_with_their_steps_and_are_only_in_the_large_plot(stepped: Bench) -> None:
    first = stepped.studio.state.entries[0].key
    stepped.studio.remove_steps(first, 0)
    stepped.studio.set_visible(stepped.studio.state.entries[1].key, False)
    stepped.settle()
    assert [line.notes.place for line in item(stepped).lines()] == [0]
    stepped.studio.set_grid(True)
    stepped.settle()
    assert not any(plot.steps.isVisible() for plot in stepped.grid.plots())


def test_steps_that_a_schedule_does_not_have_have_no_dots(stepped: Bench) -> None:
    stepped.studio.set_schedule(Schedule.parse("linear:T=3"))
    stepped.settle()
    assert [line.notes.place for line in lines(stepped, 0)] == []


@pytest.mark.parametrize("size", [0.01, 0.5, 1.5, 3.0, 20.0])
def test_each_dot_that_is_painted_is_the_first_apart_from_the_one_before(size: float) -> None:
    """On a way that goes to and fro, also by exactly the least distance, for no dots at all, one, and many."""
    rng = np.random.default_rng(3)
    for count in (0, 1, 2, 500):
        for moves in (rng.normal(0, size, (count, 2)), rng.integers(-1, 2, (count, 2)) * size):
            pixels = moves.cumsum(axis=0)
            last, found = np.array([np.inf, np.inf]), []
            for number, place in enumerate(pixels):
                if np.abs(place - last).max() >= 3.0:
                    last = place
                    found.append(number)
            assert apart(pixels) == found


def test_of_a_thousand_dots_no_more_are_painted_than_can_be_told_apart() -> None:
    pixels = np.column_stack([np.linspace(0, 300, 1000), np.zeros(1000)])
    assert 90 <= len(apart(pixels)) <= 101
    steep = np.column_stack([np.zeros(1000), np.linspace(0, 300, 1000)])
    assert len(apart(steep)) == len(apart(pixels))


def drag(bench: Bench, number: int, by: int, up: int = 0) -> None:
    """Drag a dot of the list, in steps, and let it go."""
    begun = pixel(bench, lines(bench, 0)[0], number)
    bench.drag([begun, begun + QPoint(by // 2, -up), begun + QPoint(by, -up)])


@pytest.mark.parametrize("axis", SCALES)
def test_a_drag_moves_one_step_along_its_schedule(stepped: Bench, axis: str) -> None:
    stepped.studio.set_axis(axis)
    stepped.settle()
    steps = stepped.studio.undo
    before = lines(stepped, 0)[0]
    drag(stepped, 2, -12, up=40)
    after = lines(stepped, 0)[0]
    moved = sigmas(stepped)
    assert moved[:2] + moved[3:] == [20, 5, 1, 0.5, 0]
    assert 1 < moved[2] < 2
    (plot,) = stepped.grid.plots()
    pixel_width = plot.vb.viewPixelSize()[0]
    assert after.xs[2] - before.xs[2] == pytest.approx(-12 * pixel_width, abs=1.01 * pixel_width)
    assert not stepped.studio.state.adjusting
    steps()
    assert texts(stepped) == [LIST, "karras:steps=10"]
    stepped.studio.redo()
    assert sigmas(stepped) == moved


def test_a_step_stays_between_its_neighbours_and_the_first_and_last_within_the_schedule(stepped: Bench) -> None:
    for by in (900, -900):
        for number in range(5):
            drag(stepped, number, by)
            now = sigmas(stepped)
            assert all(np.diff(now) < 0)
            known = stepped.studio.state.entries[0].schedule.coefficients.sigmas
            assert now[0] <= known[-1] * (1 + 1e-9)
            assert now[-2] >= known[0] * (1 - 1e-9)
            stepped.studio.undo()
            stepped.settle()
            assert sigmas(stepped) == [20, 5, 2, 1, 0.5, 0]


def test_a_spacing_becomes_a_list_when_one_of_its_steps_is_dragged(stepped: Bench) -> None:
    line = lines(stepped, 0)[1]
    begun = pixel(stepped, line, 4)
    stepped.drag([begun, begun + QPoint(8, 0), begun + QPoint(9, 0)])
    assert texts(stepped)[0] == LIST
    spec = stepped.studio.state.entries[0].steps[1]
    assert (spec.source, len(spec.numbers), spec.numbers[-1]) == ("sigmas", 11, 0)
    others = np.arange(11) != 4
    np.testing.assert_allclose(np.array(spec.numbers)[others], line.notes.levels.sigmas[others], rtol=1e-14)


def test_escape_takes_a_drag_back(stepped: Bench) -> None:
    begun = pixel(stepped, lines(stepped, 0)[0], 2)
    QTest.mousePress(stepped.viewport, LEFT, pos=begun)
    QTest.mouseMove(stepped.viewport, begun + QPoint(20, 0))
    stepped.settle()
    assert sigmas(stepped)[2] > 2
    assert stepped.studio.state.adjusting
    QTest.keyClick(stepped.grid, Qt.Key.Key_Escape)
    QTest.mouseRelease(stepped.viewport, LEFT, pos=begun + QPoint(20, 0))
    stepped.settle()
    assert texts(stepped)[0] == LIST
    assert not stepped.studio.state.adjusting
    stepped.studio.undo()
    assert len(texts(stepped)) + len(texts(stepped, 1)) == 2, "there is nothing of the drag to undo"


def test_a_click_on_a_dot_goes_to_it_and_changes_nothing(stepped: Bench) -> None:
    line = lines(stepped, 0)[0]
    QTest.mouseClick(stepped.viewport, LEFT, pos=pixel(stepped, line, 2) + QPoint(2, 1))
    stepped.settle()
    assert stepped.studio.state.t == round(float(line.notes.times[2]))
    assert texts(stepped)[0] == LIST


def test_the_tip_of_a_dot_says_which_step_it_is(stepped: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *others: said.append(text))
    place = pixel(stepped, lines(stepped, 0)[0], 1)
    QApplication.sendEvent(stepped.viewport, QHelpEvent(QEvent.Type.ToolTip, place, QPoint()))
    head, step = said[-1].split("<br>")
    assert head == f"● {LIST}"
    assert step.startswith("Step 2 of 5: t = 566.354, ")
    assert step.endswith("σ 5.00, log SNR −3.22")


def test_the_dot_under_the_mouse_is_filled(stepped: Bench) -> None:
    place = pixel(stepped, lines(stepped, 0)[0], 2)
    ground = stepped.viewport.grab().toImage().pixelColor(place)
    QTest.mouseMove(stepped.viewport, place)
    assert "move this step" in stepped.grid.statusTip()
    assert stepped.viewport.grab().toImage().pixelColor(place) == lines(stepped, 0)[0].color != ground
    QTest.mouseMove(stepped.viewport, place + QPoint(0, -60))
    assert "move this step" not in stepped.grid.statusTip()
    assert stepped.viewport.grab().toImage().pixelColor(place) == ground
