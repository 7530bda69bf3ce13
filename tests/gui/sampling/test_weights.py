"""Weights in the solver view: those of many calls are computed beside the window, and the last ones stay meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, get_ident

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.influence import influence_of
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.gui.sampling.pages import solver_page
from ddpm_studio.gui.sampling.pages.heat_map import HeatMap
from ddpm_studio.gui.sampling.pages.solver_page import ERROR, ESTIMATE, OUTPUT
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.tasks import TaskQueue
from ddpm_studio.interruption import check
from ddpm_studio.numerals import numeral
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_setup import open_card, settle

TRAINED = Schedule("linear", 3000)


class Gate:
    """Stands before the computing of weights, of which it notes the threads, and fails in its place with `error`.

    Those of few calls pass: the window would wait for itself.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open, self.threads = Event(), list[int]()
        self.error: Exception | None = None
        monkeypatch.setattr(solver_page, "influence_of", self._pass)

    def _pass(self, table: SolverTable, prediction_type: str | None, most: int) -> Array:
        self.threads.append(get_ident())
        while table.nfe > solver_page.FEW_CALLS and not self.open.wait(0.001):
            check()
        if self.error is not None:
            raise self.error
        return influence_of(table, prediction_type, most)


@pytest.fixture
def gate(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    yield Gate(monkeypatch)
    for queue in stage.panel.findChildren(TaskQueue):
        queue.end()


def begin(stage: Stage, qtbot: QtBot, steps: int) -> HeatMap:
    """Turn to the solver for so many steps."""
    open_card(stage, qtbot, schedule=TRAINED)
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("spacing", "trailing")
    stage.actions.setup.change_line("steps", steps)
    stage.panel._turn_to(Page.SOLVER)
    settle(stage, qtbot)
    return stage.panel.views.solver.heat_map


def change(stage: Stage, qtbot: QtBot, steps: int) -> None:
    stage.actions.setup.change_line("steps", steps)
    settle(stage, qtbot)


def picture(heat_map: HeatMap) -> QImage:
    """What is painted of the table."""
    painted = heat_map.grab(heat_map.map_rect().toRect()).toImage()
    return painted.convertToFormat(QImage.Format.Format_RGB32)


def told(heat_map: HeatMap) -> str:
    """The tip of the first cell."""
    place = heat_map.map_rect()
    return heat_map.text_at(place.left(), place.top())


def weights_of(steps: int, prediction_type: str | None = None, most: int | None = None) -> Array:
    table = solver_table("ddim", Steps.from_spacing(TRAINED, steps, "trailing"))
    return influence_of(table, prediction_type, most)


def right(stage: Stage, qtbot: QtBot, steps: int, prediction_type: str | None = None) -> QImage:
    """What a map of these weights, which were computed in the window, looks like at the same size."""
    expected = HeatMap()
    qtbot.addWidget(expected)
    expected.set_weights(weights_of(steps, prediction_type, solver_page.MOST_CALLS), steps)
    expected.resize(stage.panel.views.solver.heat_map.size())
    return picture(expected)


def test_those_of_few_calls_are_there_at_once(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    heat_map = begin(stage, qtbot, 50)
    assert picture(heat_map) == right(stage, qtbot, 50)
    assert set(gate.threads) == {get_ident()}


def test_those_of_many_calls_are_computed_beside_the_window(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    heat_map = begin(stage, qtbot, 2500)
    assert heat_map.accessibleDescription() == "The weights are being computed…"
    gate.threads.clear()
    gate.open.set()
    change(stage, qtbot, 2600)
    qtbot.waitUntil(lambda: not heat_map.accessibleDescription())
    assert picture(heat_map) == right(stage, qtbot, 2600)
    assert get_ident() not in gate.threads
    assert told(heat_map) == f"Largest weight of output 1–2 after call 1–2: {numeral(weights_of(2600)[:2, :2].max())}"


def test_the_last_ones_stay_dimmed_until_the_newest_are_there(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    heat_map = begin(stage, qtbot, 10)
    before = picture(heat_map)
    assert told(heat_map) == f"Weight of output 1 after call 1: {numeral(weights_of(10)[0, 0])}"
    for steps in (900, 950, 1000):
        change(stage, qtbot, steps)
    dimmed = picture(heat_map)
    assert dimmed not in (before, right(stage, qtbot, 1000))
    assert told(heat_map) == "", "of other weights nothing is told"
    gate.open.set()
    qtbot.waitUntil(lambda: not heat_map.accessibleDescription())
    assert picture(heat_map) == right(stage, qtbot, 1000)
    assert told(heat_map) == f"Weight of output 1 after call 1: {numeral(weights_of(1000)[0, 0])}"


def test_what_is_no_longer_wanted_does_not_come_after_all(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    heat_map, page = begin(stage, qtbot, 1000), stage.panel.views.solver
    page.choose(ERROR)
    assert not page.computing.under_way
    page.choose(OUTPUT)
    assert page.computing.under_way
    change(stage, qtbot, 10)
    gate.open.set()
    qtbot.waitUntil(lambda: not any(queue.busy for queue in stage.panel.findChildren(TaskQueue)))
    card = stage.studio.state.sampling.card
    assert card is not None
    assert picture(heat_map) == right(stage, qtbot, 10, card.prediction_type)
    page.choose(ESTIMATE)
    assert picture(heat_map) == right(stage, qtbot, 10)


def test_weights_that_cannot_be_computed_say_so(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    heat_map = begin(stage, qtbot, 10)
    gate.error = MemoryError()
    gate.open.set()
    with qtbot.captureExceptions() as raised:
        change(stage, qtbot, 1000)
        qtbot.waitUntil(lambda: len(raised) == 1)
    assert raised[0][0] is MemoryError
    assert heat_map.accessibleDescription() == "The weights could not be computed."
    assert len(np.unique(np.frombuffer(picture(heat_map).constBits(), np.uint32))) > 1, "which is painted"
    gate.error = None
    change(stage, qtbot, 999)
    qtbot.waitUntil(lambda: not heat_map.accessibleDescription())
    assert picture(heat_map) == right(stage, qtbot, 999)


@pytest.mark.parametrize("height", [210, 260])
@pytest.mark.parametrize("width", [620, 720, 1100])
@pytest.mark.parametrize("page", Page)
def test_no_sentence_of_a_small_panel_is_cut(stage: Stage, qtbot: QtBot, page: Page, width: int, height: int) -> None:
    begin(stage, qtbot, 20)
    stage.panel._turn_to(page)
    stage.panel.resize(width, height)
    stage.panel.show()
    settle(stage, qtbot)
    QApplication.processEvents()
    wrapped = [
        label for label in stage.panel.findChildren(QLabel) if label.wordWrap() and label.isVisible() and label.text()
    ]
    assert bool(wrapped) or page is not Page.SOLVER or height < 260
    for label in wrapped:
        assert label.height() >= label.heightForWidth(label.width()), label.text()
