"""Options of the steps of a sampler: each has a control, and a place in the text."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion.steps.model_sigmas import sigmas_of_log_snr
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.steps.option_fields import OptionChoice, OptionFields, OptionNumber, OptionSwitch
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_setup import settle


def spaced(stage: Stage, qtbot: QtBot, text: str) -> OptionFields:
    stage.studio.set_steps(text)
    settle(stage, qtbot)
    return stage.panel.details.spaced


def steps(stage: Stage) -> str:
    return stage.studio.state.sampling.line.spacing


@pytest.mark.parametrize("name", SPACINGS)
def test_each_option_of_a_spacing_is_changed_by_its_control(stage: Stage, qtbot: QtBot, name: str) -> None:
    card = stage.studio.state.sampling.card
    assert card is not None
    for option in SPACINGS[name].options:
        control = spaced(stage, qtbot, name).field(option.key)
        if isinstance(control, OptionSwitch):
            control.click()
        elif isinstance(control, OptionChoice):
            control.activated.emit(control.count() - 1)
        else:
            assert isinstance(control, OptionNumber)
            control.changed.emit(control.value * 1.5 + 0.25)
        settle(stage, qtbot)
        assert StepsSpec.parse(steps(stage)).given[0][0] == option.key
        assert steps(stage).startswith(f"{name}:{option.key}=")


def test_what_the_details_offer_in_words_begins_as_its_kind_does(stage: Stage, qtbot: QtBot) -> None:
    """A switch as a sentence does, and a choice, which follows its label, small, unless it is a name."""
    for name in SPACINGS:
        spaced(stage, qtbot, name)
        assert all(each.text()[0].isupper() for each in stage.panel.details.findChildren(OptionSwitch))
    details = stage.panel.details
    boxes = (details.device, details.precision, details.epsilon, details.clip.choice)
    offered = [box.itemText(place) for box in boxes for place in range(box.count())]
    names = [text for text in offered if not text[0].islower()]
    assert {text.split()[0] for text in names} <= {"CPU", "CUDA", "MPS"}


def test_what_is_not_given_is_shown_as_the_schedule_of_the_checkpoint_has_it(stage: Stage, qtbot: QtBot) -> None:
    card = stage.studio.state.sampling.card
    assert card is not None
    sigmas = sigmas_of_log_snr(card.schedule.coefficients.log_snr)
    fields = spaced(stage, qtbot, "karras")
    shown = [fields.field(key) for key in ("rho", "sigma_min", "sigma_max")]
    assert [each.value for each in shown if isinstance(each, OptionNumber)] == [7.0, sigmas[0], sigmas[-1]]
    assert np.isfinite(sigmas[-1])


def test_an_option_that_is_as_it_is_without_saying_so_leaves_the_text(stage: Stage, qtbot: QtBot) -> None:
    rho = spaced(stage, qtbot, "karras:rho=5 | start=0.6").field("rho")
    assert isinstance(rho, OptionNumber)
    assert rho.value == 5
    rho.changed.emit(7.0)
    settle(stage, qtbot)
    assert steps(stage) == "karras | start=0.6"


def test_an_option_that_cannot_be_leaves_all_as_it_was_and_says_why(stage: Stage, qtbot: QtBot) -> None:
    low = spaced(stage, qtbot, "karras:sigma_max=5").field("sigma_min")
    assert isinstance(low, OptionNumber)
    low.changed.emit(50.0)
    settle(stage, qtbot)
    assert steps(stage) == "karras:sigma_min=50,sigma_max=5"
    assert "sigma_max is 5 and sigma_min 50" in stage.panel.note.text()


def test_a_list_has_no_options(stage: Stage, qtbot: QtBot) -> None:
    assert not spaced(stage, qtbot, "sigmas:5,2,0").isVisibleTo(stage.panel)
