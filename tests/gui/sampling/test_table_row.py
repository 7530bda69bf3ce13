"""Rows of solvers' tables as equations."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.solvers.registry import SOLVERS
from ddpm_studio.files.pictures import seen
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.sampling.pages.table_row import row_text
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.widgets.qimages import to_qimage
from tests.gui.windows import active_window

TERM = re.compile(r"(−|\+ |− |= )?(\d[\d.e−]*)·([^ ]+)")


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_row_has_every_weight_that_is_not_zero(solver: str) -> None:
    table = solver_table(solver, Steps.from_spacing(Schedule("linear", 1000), 6))
    for index in range(table.nfe):
        left, _, right = row_text(table, index).partition(" = ")
        assert left.startswith("x_")
        weights = [sign + value for sign, value, _ in TERM.findall(" " + right)]
        read = [float(each.replace("− ", "-").replace("+ ", "").replace("−", "-")) for each in weights]
        row = [table.A[index], *table.B[index, : index + 1], table.C[index]]
        np.testing.assert_allclose(read, [weight for weight in row if weight], rtol=6e-3)


def test_the_last_row_leads_to_the_picture() -> None:
    table = solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 3))
    assert row_text(table, 2).startswith("x_0 = ")


def test_out_of_pure_noise_the_estimate_is_that_of_the_picture() -> None:
    """Of a solver of ε, too, whose later rows say ε; of a velocity all rows do."""
    steps = Steps.from_spacing(Schedule("flow", 1000), 4)
    first, second = (row_text(solver_table("deis", steps), row) for row in (0, 1))
    assert ("x̂_0" in first, "ε_θ" in first) == (True, False)
    assert ("x̂_0" in second, "ε_θ" in second) == (False, True)
    assert "u_θ" in row_text(solver_table("heun", steps, slope="velocity"), 0)


def test_the_row_of_the_step_in_view_stands_in_place_of_the_step_back(qtbot: QtBot) -> None:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300)]) as window:
        panel, samples = window.panel(EquationPanel), window.panel(SamplingPanel)
        assert panel.backward[1].isVisible()
        window.studio.set_sampling(pictures=1)
        window.desk.samples.run()
        qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE and bool(samples.views.row))
        qtbot.waitUntil(lambda: panel.row.text.startswith("x_0 = "))
        assert panel.row.isVisible()
        assert not panel.backward[1].isVisible()
        assert_run_shown(panel, samples)
        samples.timeline.slider.setValue(2)
        qtbot.waitUntil(lambda: not panel.row.text.startswith("x_0 = "))
        assert_run_shown(panel, samples)
        samples._turn_to(Page.SOLVER)
        assert_run_shown(panel, samples)
        with qtbot.waitSignal(panel.run.dragged) as dragged:
            drag_over(panel.run.thumbnails[1])
        assert dragged.args[1] == estimate(samples)
        window.bring_up("picture")
        qtbot.waitUntil(panel.backward[1].isVisible)
        assert not panel.run.isVisible()
        window.bring_up("sampling")
        qtbot.waitUntil(panel.row.isVisible)
        assert_run_shown(panel, samples)


def estimate(samples: SamplingPanel) -> QImage:
    """The first picture of the estimate that is looked at."""
    frame = samples.views.watched
    assert frame is not None
    return to_qimage(seen(frame.x0.fixed())[0])


def assert_run_shown(panel: EquationPanel, samples: SamplingPanel) -> None:
    """Check that the equation has the pictures of the step that is looked at, and lets nothing of them be cut off."""
    assert panel.run.thumbnails[1].image == estimate(samples)
    for each in (*panel.run.thumbnails, *panel.run.symbols):
        assert each.isVisible()
        assert panel.rect().contains(QRect(each.mapTo(panel, QPoint()), each.size()))


def drag_over(thumbnail: QWidget) -> None:
    """Press on a picture and move off."""
    middle = thumbnail.rect().center()
    QTest.mousePress(thumbnail, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(thumbnail, middle + QPoint(40, 0))
    QTest.mouseRelease(thumbnail, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
