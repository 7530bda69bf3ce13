"""Predicted error in the solver view: from the person's picture or the pictures drawn, for the steps that are set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Event, get_ident

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.solvers.cosine_spectrum import CosineSpectrum, spectrum_of
from ddpm_studio.diffusion.solvers.gaussian_data import PredictedError, predicted_error
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.gui.sampling.pages import predictor
from ddpm_studio.gui.sampling.pages.prediction_text import DataPictures, PictureError, PredictionText
from ddpm_studio.gui.sampling.pages.solver_page import CHECKPOINT, ERROR, ESTIMATE, SELECTED, SolverPage
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state.planning import trained_of
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.tasks import TaskQueue
from ddpm_studio.interruption import check
from ddpm_studio.sampling.eight_bit import EightBit
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_setup import open_card, settle

STAIRS = np.cumsum(np.random.default_rng(3).standard_normal((64, 48, 3)), 0) / 20
PIXELS: NDArray[np.float32] = STAIRS.astype(np.float32)


def told(stage: Stage, qtbot: QtBot) -> str:
    """What is predicted in the panel."""
    settle(stage, qtbot)
    return stage.panel.views.solver.prediction.text()


def test_it_is_that_of_the_picture_and_of_the_steps(stage: Stage, qtbot: QtBot) -> None:
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    stage.panel._turn_to(Page.SOLVER)
    assert told(stage, qtbot) == "Open a picture, or press Run: its spectrum is what the error is predicted from."
    stage.studio.set_picture(Picture("stairs.png", PIXELS, (48, 64)))
    card = stage.studio.state.sampling.card
    assert card is not None
    spectrum = spectrum_of(PIXELS[None], *card.shape[1:])
    said = set()
    for solver, count in (("ddim", 10), ("ddim", 100), ("unipc", 10)):
        stage.actions.setup.change_line("solver", solver)
        stage.actions.setup.change_line("steps", count)
        said.add(told(stage, qtbot))
        line = stage.studio.state.sampling.line
        table = solver_table(solver, Steps.from_spacing(card.schedule, count, line.spacing))
        expected = PredictionText()
        qtbot.addWidget(expected)
        expected.show_prediction(PictureError("stairs.png", predicted_error(table, spectrum)))
        assert told(stage, qtbot) == expected.text()
    assert len(said) == 3
    assert all("the spectrum of stairs.png: brightness off by −" in text for text in said)
    assert all("It ranks spacings as a network does for ddim (rank correlation 0.86 to 0.88)" in text for text in said)


def test_pictures_that_were_drawn_stand_for_the_data(stage: Stage, qtbot: QtBot) -> None:
    levels = np.random.default_rng(5).integers(0, 256, (3, 8, 8, 3), dtype=np.uint8)
    drawn = EightBit(levels, -np.ones(3, np.float32), np.ones(3, np.float32))
    found = DataPictures(object(), drawn).spectrum((3, 8, 8))
    np.testing.assert_allclose(found.variance, spectrum_of(levels / 127.5 - 1, 8, 8).variance, rtol=1e-4)
    stage.actions.run()
    stage.panel._turn_to(Page.SOLVER)
    qtbot.waitUntil(lambda: "the pictures drawn last: brightness" in told(stage, qtbot))


def test_of_large_pictures_fewer_stand_for_the_data() -> None:
    """Their spectrum is taken while the window waits."""
    levels = np.random.default_rng(6).integers(0, 256, (20, 512, 512, 1), dtype=np.uint8)
    drawn = EightBit(levels, -np.ones(20, np.float32), np.ones(20, np.float32))
    found = DataPictures(object(), drawn).spectrum((1, 64, 64))
    np.testing.assert_allclose(found.variance, spectrum_of(levels[:4] / 127.5 - 1, 64, 64).variance, rtol=1e-4)
    one = DataPictures(object(), EightBit(levels[:1].repeat(3, 1).repeat(3, 2), drawn.low, drawn.high))
    assert np.isfinite(one.spectrum((1, 64, 64)).variance).all()


def test_the_error_takes_the_place_of_the_weights(qtbot: QtBot) -> None:
    page = SolverPage()
    qtbot.addWidget(page)
    page.show_table(solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 10)), "epsilon")
    for shown in (ERROR, ESTIMATE):
        page.choose(shown)
        assert page.prediction.isVisibleTo(page) == (shown == ERROR)
        assert page.heat_map.isVisibleTo(page) == (shown == ESTIMATE)


@pytest.mark.parametrize("solver", ["ddpm", "heun", "pndm", "consistency", "lcm"])
def test_any_solver_has_one(solver: str) -> None:
    table = solver_table(solver, Steps.from_spacing(Schedule("linear", 1000), 20))
    found = predicted_error(table, spectrum_of(PIXELS[None], 16, 16))
    assert np.isfinite([found.bias, found.kl, *found.contrast]).all()


class Gate:
    """Stands before the predicting of errors, of which it notes the threads, and fails in its place with `error`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open, self.threads = Event(), list[int]()
        self.error: Exception | None = None
        monkeypatch.setattr(predictor, "predicted_error", self._pass)

    def _pass(self, table: SolverTable, spectrum: CosineSpectrum) -> PredictedError:
        self.threads.append(get_ident())
        while not self.open.wait(0.001):
            check()
        if self.error is not None:
            raise self.error
        return predicted_error(table, spectrum)


@pytest.fixture
def gate(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    yield Gate(monkeypatch)
    for queue in stage.panel.findChildren(TaskQueue):
        queue.end()


def begin(stage: Stage, qtbot: QtBot, steps: int, pixels: NDArray[np.float32] = PIXELS) -> PredictionText:
    """Turn to the prediction for so many steps."""
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("steps", steps)
    stage.panel._turn_to(Page.SOLVER)
    stage.studio.set_picture(Picture("stairs.png", pixels, pixels.shape[1::-1]))
    settle(stage, qtbot)
    return stage.panel.views.solver.prediction


def of_steps(stage: Stage, steps: int) -> PictureError:
    """The prediction that is right."""
    card = stage.studio.state.sampling.card
    assert card is not None
    table = solver_table("ddim", Steps.from_spacing(card.schedule, steps, stage.studio.state.sampling.line.spacing))
    return PictureError("stairs.png", predicted_error(table, spectrum_of(PIXELS[None], *card.shape[1:])))


def test_that_of_many_steps_is_computed_beside_the_window(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    text = begin(stage, qtbot, 1000)
    assert text.text() == "The error is being computed…"
    gate.open.set()
    qtbot.waitUntil(lambda: "brightness off by" in text.text())
    expected = PredictionText()
    qtbot.addWidget(expected)
    expected.show_prediction(of_steps(stage, 1000))
    assert (text.text(), text.isEnabled()) == (expected.text(), True)
    assert get_ident() not in gate.threads


def test_the_last_one_stays_dimmed_until_the_newest_is_there(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    gate.open.set()
    text = begin(stage, qtbot, 10)
    before, size = text.text(), text.size()
    gate.open.clear()
    for steps in (900, 950, 1000):
        stage.actions.setup.change_line("steps", steps)
        settle(stage, qtbot)
        assert (text.text(), text.size(), text.isEnabled()) == (before, size, False)
    gate.open.set()
    qtbot.waitUntil(text.isEnabled)
    expected = PredictionText()
    qtbot.addWidget(expected)
    expected.show_prediction(of_steps(stage, 1000))
    assert text.text() == expected.text() != before


def test_what_is_no_longer_wanted_does_not_come_after_all(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    text = begin(stage, qtbot, 1000)
    stage.studio.set_picture(None)
    settle(stage, qtbot)
    assert (text.isEnabled(), text.text()[:14]) == (True, "Open a picture")
    gate.open.set()
    qtbot.waitUntil(lambda: not any(queue.busy for queue in stage.panel.findChildren(TaskQueue)))
    assert text.text()[:14] == "Open a picture"


def test_a_large_picture_is_analysed_once_and_beside_the_window(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    gate.open.set()
    text = begin(stage, qtbot, 10, np.repeat(np.repeat(PIXELS, 6, 0), 6, 1))
    qtbot.waitUntil(lambda: "brightness off by" in text.text())
    stage.actions.setup.change_line("steps", 11)
    settle(stage, qtbot)
    assert [thread == get_ident() for thread in gate.threads] == [False, True]


def test_one_that_cannot_be_computed_says_so(stage: Stage, qtbot: QtBot, gate: Gate) -> None:
    gate.error = MemoryError()
    gate.open.set()
    with qtbot.captureExceptions() as raised:
        text = begin(stage, qtbot, 1000)
        qtbot.waitUntil(lambda: len(raised) == 1)
    assert raised[0][0] is MemoryError
    assert text.text() == "The error could not be computed."
    gate.error = None
    stage.actions.setup.change_line("steps", 999)
    qtbot.waitUntil(lambda: "brightness off by" in told(stage, qtbot))


def test_it_needs_no_checkpoint(stage: Stage, qtbot: QtBot) -> None:
    """The selected schedule says what a network is trained with."""
    stage.studio.set_sampling(card=None)
    stage.studio.set_picture(Picture("stairs.png", PIXELS, (48, 64)))
    stage.studio.add(Schedule("flow", 1000))
    for entry in stage.studio.state.entries:
        stage.studio.select(entry.key)
        stage.panel.show_prediction()
        found = of_selected(stage, "dpm-solver++")
        assert told(stage, qtbot) == found


def test_with_a_checkpoint_it_is_of_either(stage: Stage, qtbot: QtBot) -> None:
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    stage.studio.set_picture(Picture("stairs.png", PIXELS, (48, 64)))
    stage.studio.add(Schedule("flow", 1000))
    stage.panel._turn_to(Page.SOLVER)
    of_checkpoint, solver = told(stage, qtbot), stage.panel.views.solver
    assert solver.network.isVisibleTo(solver)
    solver.network.chosen.emit(SELECTED)
    assert told(stage, qtbot) == of_selected(stage, "dpm-solver++") != of_checkpoint
    solver.network.chosen.emit(CHECKPOINT)
    assert told(stage, qtbot) == of_checkpoint


def of_selected(stage: Stage, solver: str) -> str:
    """The prediction that is right for the selected schedule."""
    schedule, line = stage.studio.state.current.schedule, stage.studio.state.sampling.line
    assert line.solver == solver
    table = solver_table(solver, Steps.from_spacing(schedule, line.steps, line.spacing))
    text = PredictionText()
    text.show_prediction(PictureError("stairs.png", predicted_error(table, spectrum_of(PIXELS[None], 64, 48))))
    return text.text()


@pytest.mark.parametrize(
    ("spec", "train", "prediction_type"),
    [
        ("linear:T=1000", "train:", "epsilon"),
        ("linear:T=1000", "train:predict=v_prediction", "v_prediction"),
        ("linear:T=1000,zero_snr=1", "train:", "v_prediction"),
        ("flow:T=1000", "train:", "flow_prediction"),
        ("edm:T=40", "train:predict=edm,sigma_data=0.8", "edm:sigma_data=0.8"),
    ],
)
def test_a_network_without_a_checkpoint_predicts_what_its_schedule_says(
    stage: Stage, spec: str, train: str, prediction_type: str
) -> None:
    stage.studio.add(Schedule.parse(spec))
    stage.studio.set_objective(Objective.parse(train))
    state = stage.studio.state
    without = replace(state, sampling=replace(state.sampling, card=None))
    assert trained_of(without) == (Schedule.parse(spec), prediction_type)


@pytest.mark.parametrize("bias", [0.0, -2.2e-16, 3e-9, -4.9e-7])
def test_what_nobody_sees_is_written_as_0(qtbot: QtBot, bias: float) -> None:
    text = PredictionText()
    qtbot.addWidget(text)
    text.show_prediction(PictureError("stairs.png", PredictedError(bias, (bias, 1.0, -0.0123), bias**2)))
    assert "brightness off by 0 %, contrast of coarse details 0 %, of middle 100 %, of fine −1.2 %" in text.text()
    assert "KL 0 nats" in text.text()


def test_what_can_be_seen_is_not_rounded_away(qtbot: QtBot) -> None:
    text = PredictionText()
    qtbot.addWidget(text)
    text.show_prediction(PictureError("stairs.png", PredictedError(-1e-6, (1.0, 1.0, 1.0), 1e-9)))
    assert "brightness off by −1.0e−4 %" in text.text()
    assert "KL 1e−9 nats" in text.text()
