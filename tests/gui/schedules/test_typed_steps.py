"""Steps as they are typed in the list: what is offered behind letters and colons, and what is said of wrong names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS
from ddpm_studio.diffusion.steps.steps_spec import LISTS, StepsSpec
from ddpm_studio.errors import StepsError
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.text.completion import completions
from ddpm_studio.gui.steps.spacing_completion import spacing_completions
from ddpm_studio.gui.steps.steps_completion import steps_completions
from ddpm_studio.gui.translation import translated
from tests.gui.schedules.lines import A, B, column, line, new_line, offers, over, specs
from tests.gui.windows import show_change

ENTER = Qt.Key.Key_Return


def steps(window: MainWindow) -> list[str]:
    return list(map(str, window.studio.state.entries[0].steps))


@pytest.mark.quick
@pytest.mark.parametrize("field", [line, new_line])
def test_a_spacing_is_offered_with_a_number_of_steps_to_be_typed_over(
    window: MainWindow, qtbot: QtBot, field: object
) -> None:
    typed = field(window)  # type: ignore[operator]
    over(typed, "kar")
    assert offers(typed) == ["karras:steps=20", "karras_comfyui:steps=20"]
    assert column(typed, 1)[0] == translated(SPACINGS["karras"].source)
    QTest.keyClick(typed, ENTER)
    assert (typed.text(), typed.selectedText()) == ("karras:steps=20", "20")
    QTest.keyClicks(typed, "11")
    QTest.keyClick(typed, ENTER)
    show_change(window, qtbot)
    assert (specs(window), steps(window)) == ([A, B], ["karras:steps=11"])


def test_spacings_stand_behind_the_kinds_and_before_the_presets() -> None:
    labels = [offer.label for offer in completions("", 0, 1000)]
    kinds, presets = [labels.index(kind) for kind in KINDS], [labels.index(translated(each.name)) for each in PRESETS]
    spacings = [labels.index(f"{name}:steps=20") for name in SPACINGS] + [labels.index(name) for name in LISTS]
    assert max(kinds) < min(spacings) < max(spacings) < min(presets)
    offered = next(offer for offer in completions("karras", 6, 8) if offer.label.startswith("karras"))
    assert (offered.text, offered.chosen) == ("karras:steps=8", 1), "no more steps than the schedule has"


def test_a_schedule_s_kind_is_not_replaced_by_a_spacing_which_would_not_take_its_keys(window: MainWindow) -> None:
    line(window).setFocus()
    line(window).setCursorPosition(0)
    QTest.keyClick(line(window), Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert not set(offers(line(window))) & (set(SPACINGS) - set(KINDS))
    over(new_line(window), "karras:steps=10")
    new_line(window).setCursorPosition(3)
    QTest.keyClick(new_line(window), Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert "karras_comfyui" in offers(new_line(window))


COMPLETED: tuple[tuple[str, list[str]], ...] = (
    ("karras:", ["steps", "rho", "sigma_min", "sigma_max", "set_alpha_to_one"]),
    ("karras:steps=10,s", ["sigma_min", "sigma_max", "set_alpha_to_one"]),
    ("karras:steps=10,rho=", ["rho"]),
    ("karras:steps=", ["steps"]),
    ("ays:model=s", ["sd15", "sdxl", "svd"]),
    ("karras:set_alpha_to_one=", ["1", "0"]),
    ("karras:steps=10 |", list(STEP_OPERATORS)),
    ("karras | sta", ["start"]),
    ("14.6, 6, 0 | b", ["below", "blend"]),
    ("karras | start=", ["start"]),
    ("karras | start=0.6 | e", ["experts"]),
    ("karras | reverse=", ["reverse"]),
    ("karras | begin=", []),
    ("karras | join=(kar", ["karras:steps=20", "karras_comfyui:steps=20"]),
    ("karras | blend=(kar", ["karras", "karras_comfyui"]),
    ("karras | blend=(karras:r", ["rho"]),
    ("karras | blend=(karras:rho=5 | st", ["start"]),
    ("karras | blend=(karras:rho=5)", []),
    ("karras | blend=(karras:rho=5)@", ["blend"]),
    ("sigmas:14.6,6", []),
    ("14.6, 6", []),
    ("laplace:steps=9,s", ["spread", "sigma_min", "sigma_max", "set_alpha_to_one"]),
)
"""What is typed, and what is offered behind it."""


def test_options_of_a_spacing_are_completed(window: MainWindow) -> None:
    for typed, expected in COMPLETED:
        over(new_line(window), typed)
        assert offers(new_line(window)) == expected, typed
        over(new_line(window), "")


@pytest.mark.parametrize("name", SPACINGS)
def test_what_is_offered_of_a_spacing_can_be_read(name: str) -> None:
    schedule = Schedule("scaled_linear", 1000)
    for offer in spacing_completions(f"{name}:", len(name) + 1, schedule):
        StepsSpec.parse(f"{name}:{offer.text}").levels(schedule)
        assert "None" not in offer.detail
        assert "inf" not in offer.detail.split()


def test_the_ends_of_a_schedule_are_said_where_they_are_the_default(window: MainWindow) -> None:
    over(new_line(window), "karras:sigma_ma")
    schedule = window.studio.state.current.schedule
    (told,) = column(new_line(window), 1)
    QTest.keyClick(new_line(window), Qt.Key.Key_Tab)
    spec = StepsSpec.parse(new_line(window).text())
    assert spec.levels(schedule, 5).sigmas == pytest.approx(StepsSpec("karras").levels(schedule, 5).sigmas, rel=1e-12)
    assert f"default {new_line(window).selectedText()}" in told


def test_a_misspelled_spacing_whose_steps_are_counted_is_told_its_name(window: MainWindow) -> None:
    over(new_line(window), "karas:steps=10")
    assert new_line(window).draft.reason == "There is no spacing “karas”; did you mean “karras”?"


def test_what_is_done_with_steps_is_typed_as_it_is_offered(window: MainWindow, qtbot: QtBot) -> None:
    typed = new_line(window)
    over(typed, "karras:steps=10|bl")
    QTest.keyClick(typed, Qt.Key.Key_Tab)
    assert (typed.text(), typed.cursorPosition()) == ("karras:steps=10| blend=()", 24)
    assert "karras" in offers(typed), "what stands in the brackets is offered at once"
    QTest.keyClicks(typed, "trail")
    QTest.keyClick(typed, Qt.Key.Key_Tab)
    QTest.keyClick(typed, Qt.Key.Key_End)
    QTest.keyClicks(typed, "@0.25")
    QTest.keyClick(typed, ENTER)
    show_change(window, qtbot)
    assert steps(window) == ["karras:steps=10 | blend=(trailing)@0.25"]


@pytest.mark.parametrize("name", STEP_OPERATORS)
def test_what_is_offered_to_be_done_with_steps_can_be_read(name: str) -> None:
    schedule = Schedule("scaled_linear", 1000)
    text = f"karras:steps=10 | {name}"
    (offer,) = steps_completions(text, len(text), schedule)
    whole = text[: offer.start] + offer.text
    if whole.endswith("="):
        whole += str(STEP_OPERATORS[name].high)
    whole = whole.replace("()", "(trailing)")
    assert StepsSpec.parse(whole).applied[0].name == name


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("karas:steps=10", "karas"),
        ("karras:steps=10,rh=5", "rh=5"),
        ("karras:steps=10,rho=500", "rho=500"),
        ("karras:steps=0,rho=5", "steps=0"),
        ("karras: rho", "rho"),
        ("karras:rho=5 | begin=0.6", "begin"),
        ("karras:rho=5 | start=2 | reverse", "2"),
        ("karras:rho=5 | reverse=2", "2"),
        ("karras:rho=5 | start", "start"),
        ("karras:rho=5 | blend=(karras:rho=700)", "rho=700"),
        ("karras:rho=5 | blend=(karras | join=(trailin))", "trailin"),
        ("karras:rho=5 | blend=(karras)@7", "7"),
        ("karras:rho=5 | join=karras", "karras"),
        ("sigmas:14.6, x, 0", "x"),
        ("sigmas:14.6, 15, 0", "15"),
        ("taus: [0.5, -1]", "-1]"),
        ("sigmas:7", "sigmas:7"),
        ("file:", "file:"),
    ],
)
def test_a_mistake_in_steps_has_its_place(typed: str, wrong: str) -> None:
    with pytest.raises(StepsError) as caught:
        StepsSpec.parse(typed)
    place = caught.value.place
    assert place is not None
    assert typed[slice(*place)] == wrong
