"""Undoing and redoing: every change of the document is one step, named, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.gui.sampling.model.answer_steps import answering, forgetting, taking_back
from ddpm_studio.gui.state import history
from ddpm_studio.gui.state.history import DEPTH
from ddpm_studio.gui.state.run import CheckpointCard
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.step_names import CHOOSING_A_READING
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.texts import Text


@pytest.fixture
def studio(qtbot: QtBot) -> Studio:
    studio = Studio()
    studio.add(Schedule("cosine", 1000))
    return studio


def picture(size: int = 4) -> Picture:
    return Picture("a picture", np.zeros((size, size, 3), np.float32), (size, size))


def first(studio: Studio) -> int:
    return studio.state.entries[0].key


def say(studio: Studio, heads: int, step: Text) -> None:
    """Have the checkpoint open with another answer."""
    studio.set_sampling(step, answers=Answers(heads=heads))


CHANGES: dict[str, Callable[[Studio], object]] = {
    "adding linear T=10": lambda studio: studio.add(Schedule("linear", 10)),
    "adding cosine T=1000 (2)": lambda studio: studio.duplicate(studio.state.selected),
    "removing cosine T=1000": lambda studio: studio.remove(studio.state.selected),
    "renaming linear T=300": lambda studio: studio.rename(first(studio), "α"),
    "hiding linear T=300": lambda studio: studio.set_visible(first(studio), False),
    "showing only linear T=300": lambda studio: studio.show_only(first(studio)),
    "moving linear T=300": lambda studio: studio.move(first(studio), 1),
    "change of the kind": lambda studio: studio.set_kind("sigmoid"),
    "change of T": lambda studio: studio.set_parameter("T", 50),
    "change of s": lambda studio: studio.set_parameter("s", 0.1),
    "change of c": lambda studio: studio.set_parameter("snr_shift", 4),
    "change of the schedule": lambda studio: studio.set_schedule(Schedule("vp", 20)),
    "change of the points": lambda studio: studio.set_points(studio.state.selected, ((0.0, 7.0), (1.0, -7.0))),
    "change of what is held equal": lambda studio: studio.set_scale("log_snr"),
    "choice of curves": lambda studio: studio.set_curves(("betas",)),
    "change of the x axis": lambda studio: studio.set_axis("log_snr"),
    "change of the view": lambda studio: studio.set_view("ratio"),
    "change of the y axis of β_t": lambda studio: studio.set_log("betas", True),
    "choice of a picture": lambda studio: studio.set_picture(picture()),
    "change of the noise": lambda studio: studio.set_seed(7),
    "change of the background": lambda studio: studio.set_background((0, 0, 0)),
    "showing histograms": lambda studio: studio.set_histogram(True),
    "showing the spectrum": lambda studio: studio.set_spectrum(True),
    "noising latents": lambda studio: studio.set_latents(True),
    "hiding step marks": lambda studio: studio.toggle_marks(),
    "hiding runs in lanes": lambda studio: studio.toggle_run_lanes(),
    "change of the question": lambda studio: studio.set_question('solvers = ["ddim"]'),
    "opening results": lambda studio: studio.set_lab_folder("results", 'solvers = ["ddim"]'),
    "showing the contact sheet": lambda studio: studio.toggle_sheet(),
    "change of the sampling seed": lambda studio: studio.set_sampling(seed=3),
    "change of the sampler": lambda studio: studio.set_sampling(lines=(Line(steps=7),), chosen=0),
    "choice of a checkpoint": lambda studio: studio.set_sampling(checkpoint="other.pt", label=None),
    "answer to heads": lambda studio: say(studio, 2, answering(Answers(heads=2), Answers(), "a.pt")),
    "answers about a.pt": lambda studio: say(studio, 3, answering(Answers(), Answers(), "a.pt")),
    "taking back the answer to heads": lambda studio: say(studio, 4, taking_back("heads")),
    "forgetting the answers about a.pt": lambda studio: say(studio, 5, forgetting("a.pt")),
    "choice of 2 heads": lambda studio: say(studio, 6, Text(CHOOSING_A_READING, {"reading": "2 heads"})),
}


def travelled(state: State) -> State:
    """What undoing and redoing bring back whole."""
    return replace(state, undo=None, redo=None)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_one_step_with_its_name_and_comes_back_whole(studio: Studio, name: str) -> None:
    studio.set_t(123)
    before = studio.state
    CHANGES[name](studio)
    after = studio.state
    assert after.document != before.document
    assert str(after.undo) == name
    studio.undo()
    assert travelled(studio.state) == travelled(before)
    assert str(studio.state.redo) == name
    studio.redo()
    assert travelled(studio.state) == travelled(after)
    assert (str(studio.state.undo), studio.state.redo) == (name, None)


LOOKS: dict[str, Callable[[Studio], object]] = {
    "t": lambda studio: studio.set_t(5),
    "another line": lambda studio: studio.select(first(studio)),
    "another curve": lambda studio: studio.explain("betas"),
    "a slider is held": lambda studio: studio.set_adjusting(True),
    "live": lambda studio: studio.set_sampling(live=True),
    "the chosen sampler": lambda studio: studio.set_sampling(chosen=0),
    "what became known": lambda studio: studio.learn(refusal=None),
    "the same value": lambda studio: studio.set_parameter("s", 0.008),
}


@pytest.mark.parametrize("look", LOOKS)
def test_looking_elsewhere_is_no_step(studio: Studio, look: str) -> None:
    name = studio.state.undo
    LOOKS[look](studio)
    assert studio.state.undo is name


def test_where_one_looked_travels_with_a_step(studio: Studio) -> None:
    studio.set_t(700)
    studio.set_parameter("s", 0.1)
    studio.select(first(studio))
    studio.set_t(10)
    studio.undo()
    assert (studio.state.current.schedule.kind, studio.state.t) == ("cosine", 700)
    studio.redo()
    assert (studio.state.current.schedule.kind, studio.state.t) == ("linear", 10)


def test_a_drag_is_one_step_and_the_next_is_another(studio: Studio) -> None:
    for values in ((0.02, 0.03, 0.04), (0.05, 0.06)):
        studio.set_adjusting(True)
        for value in values:
            studio.set_parameter("s", value)
        studio.set_adjusting(False)
    seen = []
    for _ in range(2):
        studio.undo()
        seen.append(studio.state.current.schedule.values["s"])
    assert seen == [0.04, 0.008]


def test_a_drag_back_to_where_it_began_is_no_step(studio: Studio) -> None:
    studio.set_parameter("T", 500)
    last = studio.state.undo
    studio.set_adjusting(True)
    studio.set_parameter("s", 0.1)
    assert studio.state.undo != last
    studio.set_parameter("s", 0.008)
    studio.set_adjusting(False)
    assert studio.state.undo == last, "the menu names what it takes back"
    studio.undo()
    assert studio.state.current.schedule == Schedule("cosine", 1000)


def test_a_new_step_forgets_what_was_undone(studio: Studio) -> None:
    studio.set_seed(1)
    studio.undo()
    studio.set_seed(2)
    assert studio.state.redo is None
    studio.redo()
    assert studio.state.seed == 2


def test_steps_are_kept_and_no_more_than_promised(studio: Studio) -> None:
    for seed in range(1, DEPTH + 51):
        studio.set_seed(seed)
    for _ in range(DEPTH + 100):
        studio.undo()
    assert studio.state.seed == 50
    assert studio.state.undo is None
    for _ in range(DEPTH + 100):
        studio.redo()
    assert studio.state.seed == DEPTH + 50


def test_several_actions_can_be_one_step(studio: Studio) -> None:
    with studio.one_step("opening three.json"):
        for T in (10, 20, 30):
            studio.add(Schedule("linear", T))
    studio.undo()
    assert len(studio.state.entries) == 2
    assert str(studio.state.redo) == "opening three.json"


def test_what_is_known_now_is_not_undone(studio: Studio) -> None:
    card = CheckpointCard("known", "known", "", "", 0, (1, 1, 1), Schedule(), "epsilon")
    studio.set_sampling(checkpoint="known")
    studio.set_sampling(seed=5)
    studio.learn(card=card)
    studio.set_sampling(live=True)
    studio.undo()
    assert studio.state.sampling.seed == 0
    assert studio.state.sampling.card is card
    assert studio.state.sampling.live
    studio.undo()
    assert studio.state.sampling.card is None


def test_past_schedules_hold_no_arrays(studio: Studio) -> None:
    for T in range(500, 520):
        studio.set_parameter("T", T)
        assert len(studio.state.current.schedule.coefficients.betas) == T
        studio.keep("a project", studio.state)
        studio.add(Schedule("linear", T), "a preset")
        studio.remove(studio.state.selected)
    states = [step.state for step in studio._history._past]
    states += [state.saved for state in states if state.saved is not None]
    past = [entry.schedule for state in states for entry in state.entries]
    past += [entry.base.schedule for state in states for entry in state.entries if entry.base is not None]
    assert past
    assert all(vars(schedule.coefficients).keys() & CURVES.keys() <= {"betas"} for schedule in past)


def test_past_pictures_stay_within_their_bytes(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    one = picture(64).pixels.nbytes
    monkeypatch.setattr(history, "PICTURE_BYTES", 3 * one)
    for _ in range(20):
        studio.set_picture(picture(64))
    undone = 0
    while studio.state.undo is not None:
        studio.undo()
        undone += 1
    assert undone == 3
