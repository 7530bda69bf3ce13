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
from ddpm_studio.diffusion.steps.steps_spec import LISTS, StepsSpec
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.text.completion import completions
from ddpm_studio.gui.schedules.text.spacing_completion import spacing_completions
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("karras:", ["steps", "rho", "sigma_min", "sigma_max", "set_alpha_to_one"]),
        ("karras:steps=10,s", ["sigma_min", "sigma_max", "set_alpha_to_one"]),
        ("karras:steps=10,rho=", ["rho"]),
        ("karras:steps=", ["steps"]),
        ("ays:model=s", ["sd15", "sdxl", "svd"]),
        ("karras:set_alpha_to_one=", ["1", "0"]),
        ("karras:steps=10 | sta", []),
        ("sigmas:14.6,6", []),
        ("14.6, 6", []),
        ("laplace:steps=9,s", ["spread", "sigma_min", "sigma_max", "set_alpha_to_one"]),
    ],
)
def test_options_of_a_spacing_are_completed(window: MainWindow, typed: str, expected: list[str]) -> None:
    over(new_line(window), typed)
    assert offers(new_line(window)) == expected


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
