"""Recipes of a state: which schedules are in them, in which places, and along which of them a run went."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.fingerprint import key_alone
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.made.state_recipes import of_plots, of_report, of_run
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, State

ONE, OTHER = Schedule.from_betas([0.1, 0.2]), Schedule.from_betas([0.1, 0.3])


def test_a_run_goes_along_the_table_that_it_went_along() -> None:
    state = State((Entry(1, ONE, 0), Entry(2, OTHER, 1)), 1)
    beside, gone = SamplerSpec(along=OTHER), SamplerSpec(along=Schedule("jsd", 9))
    recipe = json.loads(of_report(state, RunSpec("pixel-portraits", (beside, gone)))())
    assert recipe["run"]["along"] == 1
    assert recipe["run"]["others"][0]["along"] == 2
    assert [each["hidden"] for each in recipe["schedules"]] == [False, False, True]


def test_a_run_tells_the_picture_that_it_began_from() -> None:
    picture = Picture("/home/ada/cat.gif", np.zeros((2, 2, 1), np.float32), (2, 2), frame=3)
    spec = RunSpec("pixel-portraits", picture=picture, from_picture=True)
    recipe = json.loads(of_run(spec, 0, Answers(), key_alone)())
    assert (recipe["picture"], recipe["frame"], recipe["run"]["settings"]["from_picture"]) == ("cat.gif", 3, True)
    assert "picture" not in json.loads(of_run(replace(spec, picture=None), 0, Answers(), key_alone)())


def test_of_hidden_schedules_those_before_the_last_shown_are_there() -> None:
    hidden, last = Entry(1, ONE, 0, visible=False), Entry(3, Schedule("jsd", 9), 2, visible=False)
    state = State((hidden, Entry(2, OTHER, 1), last), 3)
    recipe = json.loads(of_plots(state, ("betas",))())
    assert [each["hidden"] for each in recipe["schedules"]] == [True, False]
    assert "selected" not in recipe
