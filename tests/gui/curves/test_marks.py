"""The steps that a sampler visits, as marks on the curves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, T_SCALE
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.series import Array
from ddpm_studio.gui.state.sampling import Visited
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT

A, B = Schedule("linear", 100), Schedule("cosine", 50)


def canvas(qtbot: QtBot, **changes: Any) -> PlotCanvas:
    shown = PlotCanvas()
    qtbot.addWidget(shown)
    shown.set_theme(LIGHT)
    entries = (Entry(1, A, 0), Entry(2, B, 1))
    visited = Visited(A, (100.0, 40.0, 7.5))
    state = State(entries=entries, selected=1, curves=("alphas_cumprod",), axis=T_SCALE, visited=visited)
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


def test_only_the_schedule_that_was_sampled_is_marked(qtbot: QtBot) -> None:
    assert len(marks(canvas(qtbot))) == 1
    assert [color for _, _, color in marks(canvas(qtbot, visited=Visited(B, (50.0, 3.0))))] == [
        STYLES[1].color(LIGHT.dark)
    ]


def test_a_schedule_that_was_changed_since_is_not_the_one_that_was_sampled(qtbot: QtBot) -> None:
    shown = canvas(qtbot)
    state = replace(shown._state, entries=(Entry(1, A.replace(beta_end=0.03), 0), Entry(2, B, 1)))
    shown.show_state(state)
    assert marks(shown) == []


def test_a_table_of_the_same_betas_is_the_same_schedule(qtbot: QtBot) -> None:
    read = Schedule.from_betas(A.betas, "scheduler_config.json")
    assert len(marks(canvas(qtbot, entries=(Entry(1, read, 0), Entry(2, B, 1))))) == 1


def test_marks_can_be_switched_off(qtbot: QtBot) -> None:
    assert marks(canvas(qtbot, marks=False)) == []


def test_marks_keep_to_the_axis(qtbot: QtBot) -> None:
    xs, _, _ = marks(canvas(qtbot, axis=RELATIVE_SCALE))[0]
    np.testing.assert_allclose(xs, [0.075, 0.4, 1])


def test_without_a_run_there_are_none(qtbot: QtBot) -> None:
    shown = canvas(qtbot, visited=None)
    assert marks(shown) == []
    shown.grab()


def test_marks_are_painted_in_the_schedule_s_colour(qtbot: QtBot) -> None:
    with_marks, without = canvas(qtbot).grab().toImage(), canvas(qtbot, visited=None).grab().toImage()
    assert with_marks != without
