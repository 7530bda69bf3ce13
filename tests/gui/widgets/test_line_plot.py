"""LinePlot draws what it is given, no more than that, and keeps to the range that was set."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF, QTextDocumentFragment
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.theme import DARK, LIGHT
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine

X = np.arange(4.0)


def plot(qtbot: QtBot) -> LinePlot:
    shown = LinePlot("Squares", "over n")
    qtbot.addWidget(shown)
    shown.set_theme(LIGHT)
    return shown


def colours(shown: LinePlot) -> set[str]:
    """What is seen of a plot that fills a small picture."""
    shown.resize(200, 150)
    image = shown.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(200) for y in range(30, 150)}


def test_lines_are_drawn_without_what_is_not_finite(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, np.array([1.0, np.inf, 3.0, np.nan]))])
    ((points, _, _),) = shown._strokes.strokes()
    assert [(point.x(), point.y()) for point in map(points.at, range(points.size()))] == [(0, 1), (2, 3)]


def test_a_line_without_a_finite_point_is_not_drawn(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, np.full(4, np.nan)), PlotLine("b", X[:0], X[:0])])
    assert [points.size() for points, _, _ in shown._strokes.strokes()] == [0, 0]
    assert shown.grab().width() > 0


@pytest.mark.parametrize(("calls", "ticks"), [(2, ["1", "2"]), (4, ["1", "2", "3", "4"])])
def test_there_are_ticks_at_whole_numbers_alone(qtbot: QtBot, calls: int, ticks: list[str]) -> None:
    shown = plot(qtbot)
    shown.set_range((1, calls), (-1, 1))
    (spacing, values), *finer = shown._plot.getAxis("bottom").tickValues(1, calls, 200)
    assert shown._plot.getAxis("bottom").tickStrings(values, 1.0, spacing) == ticks
    assert finer == []


@pytest.mark.parametrize("height", [18, 30, 45, 80, 200])
@pytest.mark.parametrize("top", [1.0, 1.2, 37.0])
def test_numbers_beside_an_axis_do_not_overlap(qtbot: QtBot, height: int, top: float) -> None:
    shown = plot(qtbot)
    axis = shown._plot.getAxis("left")
    (spacing, values), *_ = axis.tickValues(-1, top, height)
    assert spacing * height / (top + 1) >= QFontMetricsF(axis.style["tickFont"] or axis.font()).height() - 1e-9
    assert len(values) or height < 30


def test_a_minus_is_one(qtbot: QtBot) -> None:
    assert plot(qtbot)._plot.getAxis("left").tickStrings([-0.5, 0.5], 1.0, 0.5) == ["−0.5", "0.5"]


def test_fewer_lines_leave_nothing_of_what_was_drawn(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_range((0, 3), (0, 9))
    shown.set_lines([PlotLine("a", X, 0 * X + 2), PlotLine("b", X, 0 * X + 5, "error", dots=True)])
    assert LIGHT.error.lower() in colours(shown)
    shown.set_lines([PlotLine("a", X, 0 * X + 2)])
    assert LIGHT.error.lower() not in colours(shown)
    assert "b" not in shown._legend.text().split(">")[1]


def test_the_theme_colours_lines_and_legend(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_range((0, 3), (0, 3))
    shown.set_lines([PlotLine("a", X, X, "accent", dots=True)])
    assert LIGHT.accent.lower() in colours(shown)
    shown.set_theme(DARK)
    assert DARK.accent.lower() in colours(shown)
    assert LIGHT.accent.lower() not in colours(shown)
    assert DARK.accent.lower() in shown._legend.text()


def test_the_legend_ends_with_what_x_is(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, X), PlotLine("b", X, X)])
    said = QTextDocumentFragment.fromHtml(shown._legend.text()).toPlainText()
    assert said == "─ a ─ b · over n"


def test_the_range_is_the_one_that_was_set(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, 100 * X)])
    shown.set_range((0, 3), (0, 1))
    (left, right), (low, high) = shown._plot.vb.viewRange()
    assert left <= 0 < 3 <= right < 4
    assert -0.5 < low <= 0 < 1 <= high < 1.5


def test_a_number_at_the_top_has_room(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_range((1, 4), (0, 1))
    shown.resize(200, 150)
    shown.grab()
    assert shown._plot.vb.sceneBoundingRect().top() >= shown.fontMetrics().height() / 2
