"""The question page: form and text say the same, and what is no question stays with its reason."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget, QListWidgetItem
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.lab.asking.question_page import QuestionPage
from ddpm_studio.gui.lab.asking.solver_line import solver_completions
from ddpm_studio.gui.state.run import CheckpointCard
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.first_question import default_question
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_toml import parse_sweep, sweep_text


@pytest.fixture
def page(qtbot: QtBot) -> QuestionPage:
    page = QuestionPage()
    qtbot.addWidget(page)
    page.show_state(first_state())
    page.resize(1100, 330)
    page.show()
    return page


@pytest.fixture
def told(page: QuestionPage) -> list[str]:
    told: list[str] = []
    page.changed.connect(told.append)
    return told


def row_of(rows: QListWidget, text: str) -> QListWidgetItem:
    return next(rows.item(row) for row in range(rows.count()) if rows.item(row).data(Qt.ItemDataRole.UserRole) == text)


def ticks(rows: QListWidget) -> set[str]:
    items = (rows.item(row) for row in range(rows.count()))
    return {item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() is Qt.CheckState.Checked}


def at_random(seed: int) -> Sweep:
    draw = random.Random(seed)
    numbers = tuple(draw.sample(range(4, 30), 3))
    return Sweep(
        checkpoint=draw.choice(["pixel-portraits", "some/where.pt"]),
        solvers=tuple(draw.sample(["ddim", "ddim:eta=0.5", "dpm-solver++:order=3", "heun", "lms"], 3)),
        steps=tuple(draw.sample(["trailing", "karras:rho=5", "beta", "sigmas:4,1,0"], 2)),
        **{draw.choice(["calls", "counts"]): numbers},
        along=tuple(draw.sample(["", "cosine:T=1000", "linear:T=300"], 2)),
        pairs=(Contender("unipc", count=draw.randint(1, 9)),),
        seeds=(draw.randint(0, 99), 100),
        conditions=tuple(Conditioned(label, 2.5) for label in draw.sample([None, 1, 2], 2)),
        pictures=draw.randint(1, 99),
        batch=draw.randint(1, 32),
        clip=draw.choice([None, 1.5]),
        precision="float32",
        device="cpu",
        reference=Contender("ddim", "karras", draw.randint(50, 99)),
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_form_shows_any_text_and_changes_only_what_is_chosen(
    page: QuestionPage, told: list[str], seed: int
) -> None:
    sweep = at_random(seed)
    page.show_question(sweep_text(sweep))
    assert not told
    form = page.form
    assert ticks(form.solvers.list) == set(sweep.solvers)
    assert ticks(form.steps.list) == set(sweep.steps)
    assert form.pictures.value() == sweep.pictures
    row_of(form.solvers.list, "plms").setCheckState(Qt.CheckState.Checked)
    row_of(form.steps.list, sweep.steps[0]).setCheckState(Qt.CheckState.Unchecked)
    form.pictures.setValue(100)
    sweep = replace(sweep, solvers=(*sweep.solvers, "plms"), steps=sweep.steps[1:], pictures=100)
    assert parse_sweep(told[-1]) == sweep
    assert page.text.toPlainText() == told[-1] == sweep_text(sweep)


def test_what_is_typed_in_fields_gets_into_the_text(page: QuestionPage, told: list[str], qtbot: QtBot) -> None:
    qtbot.mouseClick(page.default, Qt.MouseButton.LeftButton)
    form, sweep = page.form, default_question(first_state().sampling.checkpoint)
    assert parse_sweep(told[-1]) == sweep
    for line, text, changes in (
        (form.solvers.line, "dpm-solver++:order=3", {"solvers": (*sweep.solvers, "dpm-solver++:order=3")}),
        (form.steps.line, "karras:rho=5", {"steps": ("trailing", "karras:rho=5")}),
        (form.numbers, "5 10,20", {"calls": (5, 10, 20)}),
        (form.seeds, "0, 7", {"seeds": (0, 7)}),
        (form.checkpoint, "some/where.pt", {"checkpoint": "some/where.pt"}),
        (form.reference_solver, "ddim", {"reference": Contender("ddim", "trailing", 100)}),
    ):
        assert line is not None
        line.clear()
        line.setFocus()
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        sweep = replace(sweep, **changes)
        assert parse_sweep(told[-1]) == sweep
    form.per.chosen.emit("counts")
    assert parse_sweep(told[-1]) == replace(sweep, calls=(), counts=(5, 10, 20))
    form.own.click()
    assert parse_sweep(told[-1]).checkpoint == first_state().sampling.checkpoint
    page.copy.click()
    assert sweep_text(parse_sweep(told[-1])) in QApplication.clipboard().text()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('solvers = ["ddim"]\nstesp = ["trailing"]', "Line 2: There is no “stesp” in a sweep; did you mean “steps”?"),
        ('# a word\nsolvers = ["hun"]', "Line 2: “solvers” 1: There is no solver “hun”; did you mean “heun”?"),
        ("solvers = [\n,", "line 2"),
        (
            f'solvers = ["ddim"]\ncounts = {list(range(1, 1000))}\nseeds = {list(range(11))}',
            "This sweep has 11011 points; the most are 10000; compare less.",
        ),
    ],
)
def test_what_is_no_question_stays_with_its_reason(
    page: QuestionPage, told: list[str], text: str, sentence: str
) -> None:
    last = sweep_text(default_question("pixel-portraits"))
    page.show_question(last)
    page.text.setPlainText(text)
    page.read_text()
    assert sentence in page.fault.text()
    assert page.fault.isVisible()
    assert page.waiting.isVisible()
    assert not page.form.isEnabled()
    page.show_question(last)
    assert page.text.toPlainText() == text
    assert not told
    page.back.click()
    assert page.text.toPlainText() == last
    assert page.form.isEnabled()
    assert not page.fault.isVisible()


def test_nothing_ticked_is_said_and_the_question_holds_on(page: QuestionPage, told: list[str]) -> None:
    page.show_question(sweep_text(Sweep(solvers=("ddim",), calls=(4,))))
    row_of(page.form.solvers.list, "ddim").setCheckState(Qt.CheckState.Unchecked)
    assert "name “solvers”" in page.fault.text()
    assert page.form.isEnabled()
    assert not told
    row_of(page.form.solvers.list, "pndm").setCheckState(Qt.CheckState.Checked)
    row_of(page.form.solvers.list, "ddim").setCheckState(Qt.CheckState.Checked)
    assert parse_sweep(told[-1]).solvers == ("pndm", "ddim")
    assert "pndm is left out at 4 calls" in page.cost.whole
    assert page.cost.whole.startswith("3 points, ")


def test_a_text_that_is_typed_is_a_question_after_a_while(page: QuestionPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.changed):
        qtbot.keyClicks(page.text, 'solvers = ["heun"]')
    assert ticks(page.form.solvers.list) == {"heun"}


def test_a_narrow_page_has_one_at_a_time(page: QuestionPage) -> None:
    page.resize(700, 300)
    assert page.form.isVisible()
    assert not page.text.isVisible()
    page.turn.chosen.emit("text")
    assert page.text.isVisible()
    assert not page.form.isVisible()
    assert page.minimumSizeHint().width() <= 700
    assert page.minimumSizeHint().height() <= 300


def test_solvers_and_their_options_are_offered() -> None:
    assert [each.label for each in solver_completions("un", 2)] == ["unipc"]
    text = "dpm-solver++:order=3,met"
    assert [each.text for each in solver_completions(text, len(text))] == ["method="]
    assert "order=3" in [each.text for each in solver_completions("unipc:order=", 12)]


def test_prompts_are_fields_where_the_checkpoint_takes_text(page: QuestionPage, told: list[str], qtbot: QtBot) -> None:
    state, fields = first_state(), page.form.conditions
    card = CheckpointCard("/sd", "sd", "fake", "none", 0, (4, 8, 8), Schedule("linear", 1000), "epsilon", text=True)
    text = replace(state, sampling=replace(state.sampling, checkpoint="/sd", card=replace(card, guidable=True)))
    sweep = Sweep(checkpoint="/sd", solvers=("ddim",), calls=(4,))
    page.show_question(sweep_text(sweep))

    def seen() -> list[bool]:
        return [each.isVisible() for each in (fields.labels, fields.prompts, fields.negatives, fields.guidance)]

    assert seen() == [False] * 4
    page.show_state(text)
    assert seen() == [False, True, True, True]
    qtbot.keyClicks(fields.prompts, "a cat\r\ra dog ")
    qtbot.keyClick(fields.prompts, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(fields.negatives, "blurry")
    qtbot.keyClick(fields.negatives, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    fields.guidance.clear()
    qtbot.keyClicks(fields.guidance, "1, 7.5\r")
    every = ((7.5 if strong else 1.0, prompt) for prompt in ("a cat", "a dog") for strong in (False, True))
    sweep = replace(
        sweep, conditions=tuple(Conditioned(None, guidance, prompt, "blurry") for guidance, prompt in every)
    )
    assert parse_sweep(told[-1]) == sweep
    assert fields.prompts.toPlainText() == "a cat\na dog"
    page.show_state(state)
    assert seen() == [False, True, True, True], "what is asked stays in view"
    page.text.setPlainText(sweep_text(replace(sweep, conditions=(Conditioned(prompt="a cat\non a mat"),))))
    page.read_text()
    assert fields.prompts.toPlainText() == "a cat\non a mat"
    assert not fields.prompts.isEnabled(), "in lines it would be two"
