"""Predicted error in the solver view: from the person's picture or the pictures drawn, for the steps that are set."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.solvers.cosine_spectrum import spectrum_of
from ddpm_studio.diffusion.solvers.gaussian_data import predicted_error
from ddpm_studio.gui.sampling.pages.prediction_text import DataPictures, PictureError, PredictionText
from ddpm_studio.gui.sampling.pages.solver_page import ERROR, ESTIMATE, SolverPage
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.state.window import Picture
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
