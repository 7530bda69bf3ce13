"""Several values of one parameter: wherever one looks for them, a range comes of it."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.schedule import Schedule, parameters_with_steps
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, specified
from ddpm_studio.errors import ScheduleError
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.card.family_field import FamilyField
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from tests.gui.schedules.lines import Key, column, line, new_line, offers, over, view
from tests.gui.windows import show_change

SEVERAL = [
    ("0.01,0.02", "0.01..0.02,n=2"),
    ("0.01, 0.02 ,0.05", "0.01..0.05,n=3"),
    ("0.01;0.02", "0.01..0.02,n=2"),
    ("0.01 0.02", "0.01..0.02,n=2"),
    ("0.02/0.01", "0.02..0.01,n=2"),
    ("[0.01, 0.02]", "0.01..0.02,n=2"),
    ("0.01-0.03", "0.01..0.03,n=2"),
    ("0.01…0.03", "0.01..0.03,n=2"),
    ("0.01...0.03", "0.01..0.03,n=2"),
    ("0.01 to 0.03", "0.01..0.03,n=2"),
    (",".join(f"0.{place:02}" for place in range(20)), "0..0.19,n=16"),
]


def specs(window: MainWindow) -> list[str]:
    return [str(entry.spec) for entry in window.studio.state.entries]


@pytest.mark.parametrize(("typed", "wanted"), SEVERAL)
@pytest.mark.parametrize("text", ["cosine:s={}", "cosine:s={},T=100", "cosine:T=100,s={}"])
def test_several_values_are_refused_with_the_range_that_takes_their_place(text: str, typed: str, wanted: str) -> None:
    with pytest.raises(ScheduleError) as told:
        specified(text.format(typed))
    place = text.index("{")
    assert told.value.place == (place, place + len(typed))
    remedy = re.search(r"write a range, s=(.*)\.$", str(told.value))
    assert remedy is not None
    assert remedy[1] == wanted
    assert len(specified(text.format(wanted)).members) == int(wanted.partition("n=")[2])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cosine:s=0,008", "s is “0,008”, which may be two numbers; write s=0.008."),
        ("cosine:T=1,000", "T is “1,000”, which may be two numbers; write T=1000."),
        ("cosine:T=100,200", "“100,200” is more than one value of T; write a range, T=100..200,n=2."),
        ("cosine:s=0.01,0.02,n=5", "“0.01,0.02” is more than one value of s; write a range, s=0.01..0.02."),
        ("cosine:s=3,9", "s is 3; choose a value from 0 to 1."),
        ("cosine:s=0.01,0.01", "s goes from 0.01 to 0.01; choose two different ends."),
        ("cosine:q=1,2", "cosine has no parameter “q”"),
        ("cosine:s=1,2,T=8,9", "s and T are both ranges; keep one of them."),
        ("cosine:s=0..1,T=8,9", "s and T are both ranges; keep one of them."),
        ("cosine:s=0.01,zero", "“zero” in “cosine:s=0.01,zero” is not of the form key=value"),
    ],
)
def test_what_may_be_meant_otherwise_has_another_sentence(text: str, said: str) -> None:
    with pytest.raises(ScheduleError, match=re.escape(said)):
        specified(text)


@pytest.mark.parametrize("piece", ["1 -1 ", "1,", "1-", "[1 ", "1e1", ". ", "1 to "])
def test_a_long_text_of_numbers_is_judged_at_once(piece: str) -> None:
    with pytest.raises(ScheduleError):
        specified("cosine:s=" + piece * 5000 + "x")


@pytest.mark.parametrize("kind", KINDS)
def test_a_range_about_a_value_is_found_for_every_parameter(kind: str) -> None:
    for parameter in parameters_with_steps(kind):
        for steps in (1, 300, 100_000) if parameter.key == "T" else (8,):
            family = ScheduleFamily.around(Schedule(kind, steps), parameter.key)
            assert specified(str(family)) == family
            assert parameter.low <= family.first < family.last <= parameter.high


def test_a_range_about_a_value_has_the_value_in_it() -> None:
    family = ScheduleFamily.around(Schedule.parse("cosine:T=9,s=0.3"), "s")
    assert (family.first, family.last, family.count) == (0.15, 0.6, 5)


@pytest.mark.parametrize("before", ["cosine:T=100,s=0.008", "cosine:T=100,s="])
def test_a_range_is_offered_where_a_value_is_typed(window: MainWindow, qtbot: QtBot, before: str) -> None:
    over(line(window), before)
    assert column(line(window), 0) == ["s", "s=0.004..0.016,n=5"]
    assert "5 schedules as one line" in column(line(window), 1)[1]
    QTest.keyClick(line(window), Key.Key_Down)
    QTest.keyClick(line(window), Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window)[0] == line(window).text() == "cosine:T=100,s=0.004..0.016,n=5"


def test_no_file_is_read_while_several_values_of_its_schedule_are_typed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ddpm_studio.diffusion.schedule.betas_at", pytest.fail)
    for text in ("custom:path=gone.csv,shift=2", "custom:path=gone.csv,shift=2;4"):
        over(new_line(window), text)
        assert not [offer for offer in offers(new_line(window)) if offer.startswith("shift=1..")]
    assert "shift=2..4,n=2" in new_line(window).draft.reason


@pytest.mark.parametrize("text", ["cosine:s=0..1,T=100", "cosine:n=3,s=0.1", "custom:path=a.csv,T=3", "none:T=3"])
def test_no_range_is_offered_where_there_can_be_none(window: MainWindow, text: str) -> None:
    over(new_line(window), text)
    assert not [offer for offer in offers(new_line(window)) if ".." in offer]


def test_enter_on_a_wrong_value_does_not_take_the_range_for_it(window: MainWindow) -> None:
    over(line(window), "cosine:T=100,s=", Key.Key_Return)
    assert line(window).text() == "cosine:T=100,s="


@pytest.mark.parametrize("typed", ["0.01,0.02", "0.01;0.02", "0.01 0.02"])
def test_enter_on_several_values_makes_the_range_of_them(window: MainWindow, qtbot: QtBot, typed: str) -> None:
    over(new_line(window), f"cosine:T=100,s={typed}")
    assert "s=0.01..0.02,n=2" in new_line(window).draft.reason
    assert offers(new_line(window)) == ["s=0.01..0.02,n=2"]
    QTest.keyClick(new_line(window), Key.Key_Return)
    assert new_line(window).text() == "cosine:T=100,s=0.01..0.02,n=2"
    QTest.keyClick(new_line(window), Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window)[-1] == "cosine:T=100,s=0.01..0.02,n=2"


def slider(window: MainWindow, key: str) -> ParameterField:
    fields = window.panel(SchedulesPanel).editor.findChildren(ParameterField)
    return next(field for field in fields if field.isVisible() and field.key == key)


def open_menu(window: MainWindow, key: str) -> QMenu:
    """Ask for the menu of a slider by its key, as the menu key does."""
    target = slider(window, key).findChild(QSlider)
    assert target is not None
    target.setFocus()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(2, 2), target.mapToGlobal(QPoint(2, 2)))
    QApplication.sendEvent(target, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_menu_of_a_slider_makes_a_family_and_a_button_ends_it(window: MainWindow, qtbot: QtBot) -> None:
    menu = open_menu(window, "beta_end")
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window)[0] == "linear:T=300,beta_end=0.01..0.04,n=5"
    field = window.panel(SchedulesPanel).editor.findChild(FamilyField)
    assert field is not None
    assert field.isAncestorOf(window.focusWidget())
    one = next(button for button in field.findChildren(QToolButton) if button.text() == "One value")
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    show_change(window, qtbot)
    assert specs(window)[0] == "linear:T=300,beta_end=0.02"
    assert slider(window, "beta_end").value == 0.02
    for wanted in ("linear:T=300,beta_end=0.01..0.04,n=5", "linear:T=300"):
        window.studio.undo()
        show_change(window, qtbot)
        assert specs(window)[0] == wanted


def test_the_menu_of_the_list_has_every_value_of_the_kind(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.select(window.studio.state.entries[1].key)
    show_change(window, qtbot)
    offered = window.panel(SchedulesPanel).list.offers.menu(view(window))
    several = next(action.menu() for action in offered.actions() if "several" in action.text().replace("&", "").lower())
    assert isinstance(several, QMenu)
    actions: list[QAction] = several.actions()
    assert [action.text() for action in actions] == ["T", "s", "β_max", "ᾱ_T = 0", "c"]
    actions[1].trigger()
    assert specs(window)[1] == "cosine:T=50,s=0.004..0.016,n=5"
    offered.deleteLater()


def test_tips_say_how_several_values_are_written(window: MainWindow) -> None:
    assert "beta_start=low..high" in slider(window, "beta_start").toolTip()
    assert "cosine:s=0.005..0.03" in new_line(window).toolTip()
    tip = QHelpEvent(QHelpEvent.Type.ToolTip, QPoint(5, 5), line(window).mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(line(window), tip)
    assert "low..high" in line(window).toolTip()
