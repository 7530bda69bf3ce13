"""The formula of a schedule in its card: its line, its sliders, and what is typed of it in the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QSlider
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.formula.functions import FUNCTIONS
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.card.formula_part import FormulaPart
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.completion import completions
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import LIGHT
from tests.gui.windows import show_change

FORMULA = "formula:T=300,log_snr=a-20*u,a=2,snr_shift=2"


@pytest.fixture
def part(window: MainWindow, qtbot: QtBot) -> FormulaPart:
    window.studio.set_schedule(Schedule.parse(FORMULA))
    show_change(window, qtbot)
    return window.panel(SchedulesPanel).editor.formula


def type_into(part: FormulaPart, text: str) -> None:
    part.line.setFocus()
    part.line.selectAll()
    QTest.keyClicks(part.line, text)
    QTest.keyClick(part.line, Qt.Key.Key_Return)


def spec(window: MainWindow) -> str:
    return str(window.studio.state.current.schedule)


def sliders(window: MainWindow) -> dict[str, ParameterField]:
    editor = window.panel(SchedulesPanel).editor
    return {field.key: field for field in editor.findChildren(ParameterField) if field.isVisible()}


def test_the_card_has_the_formula_and_a_slider_for_each_parameter(window: MainWindow, part: FormulaPart) -> None:
    assert part.isVisible()
    assert part.line.text() == "log_snr=a-20*u"
    assert list(sliders(window)) == ["T", "snr_shift", "a"]


def test_another_kind_has_no_line_for_it(window: MainWindow, part: FormulaPart, qtbot: QtBot) -> None:
    window.studio.set_kind("cosine")
    show_change(window, qtbot)
    assert not part.isVisible()


def test_what_is_typed_becomes_the_formula_and_values_stay(window: MainWindow, part: FormulaPart, qtbot: QtBot) -> None:
    type_into(part, "log_snr = a - b * u")
    assert str(window.studio.state.undo) == "change of the formula"
    show_change(window, qtbot)
    assert spec(window) == "formula:T=300,log_snr=a-b*u,a=2,snr_shift=2"
    assert part.line.text() == "log_snr=a-b*u"
    assert list(sliders(window)) == ["T", "snr_shift", "a", "b"]
    window.studio.undo()
    assert spec(window) == FORMULA


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("log_snr=a-(20*u", "The formula has no “)” for the “(” at column 3; add it where that part ends."),
        ("log_snr=a+20*u", "log SNR rises from 2.06667 to 2.13333 at t = 2; it must fall with t."),
        ("sigma=u", "A formula gives one of log_snr, alpha_bar, beta, not “sigma”."),
    ],
)
def test_what_is_wrong_is_told_below_the_line_and_loses_nothing(
    window: MainWindow, part: FormulaPart, text: str, reason: str
) -> None:
    type_into(part, text)
    assert part.line.draft.reason == reason
    assert part.line.text() == text
    assert spec(window) == FORMULA
    QTest.keyClick(part.line, Qt.Key.Key_Escape)
    assert part.line.text() == "log_snr=a-20*u"


def test_a_slider_stays_while_it_is_moved_and_reaches_further_once_a_value_is_beyond_it(
    window: MainWindow, part: FormulaPart, qtbot: QtBot
) -> None:
    before = sliders(window)["a"]
    window.studio.set_parameter("a", 0.05)
    show_change(window, qtbot)
    assert sliders(window)["a"] is before
    window.studio.set_parameter("a", 200.0)
    show_change(window, qtbot)
    assert sliders(window)["a"] is not before
    assert sliders(window)["a"].value == 200


def test_the_kind_is_offered_and_begins_as_the_cosine_schedule(window: MainWindow, qtbot: QtBot) -> None:
    editor = window.panel(SchedulesPanel).editor
    box = next(box for box in editor.findChildren(QComboBox) if box.findData("formula") >= 0)
    box.setCurrentIndex(box.findData("formula"))
    box.activated.emit(box.currentIndex())
    show_change(window, qtbot)
    assert window.studio.state.current.schedule.formula == "log_snr=-2*s*log(tan(pi*u/2))"
    assert editor.formula.isVisible()


def labels(text: str) -> list[str]:
    return [each.label for each in completions(text, len(text))]


def test_a_formula_completes_in_the_line_of_the_list() -> None:
    assert labels("formula:")[:3] == ["log_snr", "alpha_bar", "beta"]
    assert labels("formula:beta=u*s") == ["sqrt(…)", "sin(…)", "sinh(…)", "sigmoid(…)", "softplus(…)"]
    assert labels("formula:beta=") == ["u, t, T"]
    assert "log_snr" not in labels("formula:beta=u,")
    assert labels("formula:beta=a*u,a") == ["a"]
    assert labels("formula:beta=a*u,a=")[0] == "a"
    assert all(labels(f"formula:beta={name}")[0] == f"{name}(…)" for name in FUNCTIONS)


def test_an_offer_of_a_function_brings_its_parentheses(part: FormulaPart) -> None:
    part.line.setFocus()
    part.line.setText("")
    QTest.keyClicks(part.line, "beta=1-ta")
    QTest.keyClick(part.line, Qt.Key.Key_Down)
    QTest.keyClick(part.line, Qt.Key.Key_Return)
    assert part.line.text() == "beta=1-tan()"
    assert part.line.cursorPosition() == len("beta=1-tan(")


def test_new_sliders_have_the_colour_of_the_line(window: MainWindow, part: FormulaPart, qtbot: QtBot) -> None:
    type_into(part, "log_snr=a-b*u")
    show_change(window, qtbot)
    state = window.studio.state
    color = STYLES[state.current.style].color(LIGHT.dark)
    for field in sliders(window).values():
        (slider,) = field.findChildren(QSlider)
        assert slider.palette().color(QPalette.ColorRole.Highlight) == color, field.key
