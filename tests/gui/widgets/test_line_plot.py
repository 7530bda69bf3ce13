"""LinePlot draws what it is given, reuses its items, and keeps to the range that was set."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.theme import DARK, LIGHT
from ddpm_studio.gui.widgets.line_plot import LinePlot, PlotLine

X = np.arange(4.0)


def plot(qtbot: QtBot) -> LinePlot:
    shown = LinePlot("Squares")
    qtbot.addWidget(shown)
    shown.set_theme(LIGHT)
    return shown


def test_lines_are_drawn_without_what_is_not_finite(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, np.array([1.0, np.inf, 3.0, np.nan]))])
    np.testing.assert_array_equal(shown._items[0].getData(), [[0, 2], [1, 3]])


def test_fewer_lines_hide_what_was_drawn(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, X), PlotLine("b", X, X**2, dots=True)])
    shown.set_lines([PlotLine("a", X, 2 * X)])
    assert [item.isVisible() for item in shown._items] == [True, False]
    assert "b" not in shown._legend.text().split(">")[1]


def test_the_theme_colours_lines_and_legend(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, X, "accent")])
    shown.set_theme(DARK)
    assert shown._items[0].opts["pen"].color().name() == DARK.accent.lower()
    assert DARK.accent.lower() in shown._legend.text()


def test_the_range_is_the_one_that_was_set(qtbot: QtBot) -> None:
    shown = plot(qtbot)
    shown.set_lines([PlotLine("a", X, 100 * X)])
    shown.set_range((0, 3), (0, 1))
    (left, right), (low, high) = shown._plot.vb.viewRange()
    assert left <= 0 < 3 <= right < 4
    assert -0.5 < low <= 0 < 1 <= high < 1.5
