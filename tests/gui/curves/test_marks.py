"""The steps that a sampler visits, as marks on the curves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.series import Array
from ddpm_studio.gui.state.sampling import Visited
from ddpm_studio.gui.state.window import Entry, State, TimeAxis
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT

A, B = Schedule("linear", 100), Schedule("cosine", 50)


def canvas(qtbot: QtBot, **changes: Any) -> PlotCanvas:
    shown = PlotCanvas()
    qtbot.addWidget(shown)
    shown.set_theme(LIGHT)
    entries = (Entry(1, A, 0), Entry(2, B, 1))
    visited = Visited(A, (100.0, 40.0, 7.5))
    state = State(entries=entries, selected=1, curves=("alphas_cumprod",), visited=visited)
    shown.resize(500, 300)
    shown.show_state(replace(state, **changes))
    return shown


def marks(shown: PlotCanvas) -> list[tuple[Array, Array, object]]:
    return list(shown.plots()[0]._marks.marks())


def test_marks_stand_on_the_curve_of_the_run(qtbot: QtBot) -> None:
    xs, ys, color = marks(canvas(qtbot))[0]
    np.testing.assert_allclose(xs, [7.5, 40, 100])
    alphas_cumprod = A.coefficients[CURVES["alphas_cumprod"].name]
    halfway = (alphas_cumprod[6] + alphas_cumprod[7]) / 2
    np.testing.assert_allclose(ys, [halfway, alphas_cumprod[39], alphas_cumprod[99]])
    assert color == STYLES[0].color(LIGHT.dark)


def test_another_schedule_is_marked_at_the_same_noise_levels(qtbot: QtBot) -> None:
    (_, levels, _), (_, others, _) = marks(canvas(qtbot))
    np.testing.assert_allclose(others, levels, rtol=0.01)


def test_marks_keep_to_the_axis(qtbot: QtBot) -> None:
    xs, _, _ = marks(canvas(qtbot, axis=TimeAxis.RELATIVE))[0]
    np.testing.assert_allclose(xs, [0.075, 0.4, 1])


def test_without_a_run_there_are_none(qtbot: QtBot) -> None:
    shown = canvas(qtbot, visited=None)
    assert marks(shown) == []
    shown.grab()


def test_marks_are_painted_in_the_schedule_s_colour(qtbot: QtBot) -> None:
    with_marks, without = canvas(qtbot).grab().toImage(), canvas(qtbot, visited=None).grab().toImage()
    assert with_marks != without
