"""Ticks of the list: one line shown alone and the others brought back, and several ticked in one movement."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.translation import translated
from tests.gui.schedules.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
ALT, SHIFT, NONE = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
Settle = Callable[[], None]


@pytest.fixture
def four(bench: Bench, settle: Settle) -> Bench:
    for kind in ("cosine", "jsd", "sigmoid"):
        bench.studio.add(Schedule(kind, 20))
    bench.panel.list.view.fold(True)
    bench.panel.resize(280, 700)
    bench.studio.begin()
    settle()
    return bench


def view(bench: Bench) -> EntriesView:
    return bench.panel.list.view


def tick(bench: Bench, row: int) -> QPoint:
    return view(bench)._parts(view(bench).model().index(row, 0)).tick.center()


def click(bench: Bench, row: int, held: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(view(bench).viewport(), LEFT, held, tick(bench, row))
    bench.panel.show_state(bench.studio.state)


def sweep(bench: Bench, rows: list[int], aside: int = 0) -> None:
    """Press on a tick and go on to others, `aside` pixels beside them."""
    viewport = view(bench).viewport()
    QTest.mousePress(viewport, LEFT, NONE, tick(bench, rows[0]))
    for row in rows[1:]:
        QTest.mouseMove(viewport, tick(bench, row) + QPoint(aside, 0))
        bench.panel.show_state(bench.studio.state)
    QTest.mouseRelease(viewport, LEFT, NONE, tick(bench, rows[-1]) + QPoint(aside, 0))


def shown(bench: Bench) -> str:
    return "".join(bench.studio.state.letter(entry) for entry in bench.studio.state.visible)


def undone(bench: Bench) -> str:
    """The name of the last step, and what is shown without it."""
    what = bench.studio.state.undo
    bench.studio.undo()
    bench.panel.show_state(bench.studio.state)
    return f"{'' if what is None else translated(what)}: {shown(bench)}"


def test_alt_and_a_click_show_one_alone_and_then_what_was_shown(four: Bench) -> None:
    click(four, 3)
    chosen = four.studio.state.selected
    click(four, 1, ALT)
    assert shown(four) == "B"
    assert four.studio.state.selected == chosen
    click(four, 1, ALT)
    assert shown(four) == "ABC"
    assert undone(four) == "showing the others again: B"
    assert undone(four) == "showing only cosine T=20: ABC"
    assert undone(four) == "hiding sigmoid T=20: ABCD"


def test_from_one_that_is_alone_to_another_and_back_to_all(four: Bench) -> None:
    click(four, 0)
    for row, letters in ((1, "B"), (2, "C"), (0, "A"), (0, "BCD")):
        click(four, row, ALT)
        assert shown(four) == letters


def test_one_that_is_alone_otherwise_brings_back_all(four: Bench) -> None:
    sweep(four, [0, 2])
    assert shown(four) == "D"
    click(four, 3, ALT)
    assert shown(four) == "ABCD"


def test_what_was_removed_meanwhile_is_not_brought_back(four: Bench, settle: Settle) -> None:
    four.studio.remove(four.studio.state.entries[0].key)
    settle()
    click(four, 0, ALT)
    four.studio.remove(four.studio.state.entries[1].key)
    four.studio.add(Schedule("const", 9))
    settle()
    assert shown(four) == "AC"
    click(four, 2)
    click(four, 0, ALT)
    assert shown(four) == "AB"


@pytest.mark.parametrize("held", [SHIFT, ALT])
def test_a_key_shows_the_chosen_line_alone(four: Bench, settle: Settle, held: Qt.KeyboardModifier) -> None:
    view(four).setFocus()
    for letters in ("D", "ABCD"):
        QTest.keyClick(view(four), Qt.Key.Key_Space, held)
        settle()
        assert shown(four) == letters
    four.panel.list.offers.only.trigger()
    assert shown(four) == "D"


def test_a_press_on_a_tick_goes_on_over_others_as_one_step(four: Bench) -> None:
    click(four, 2)
    sweep(four, [0, 1, 2, 3], aside=60)
    assert shown(four) == ""
    assert undone(four) == "hiding schedules: ABD"
    assert undone(four) == "hiding jsd T=20: ABCD"


def test_a_sweep_over_what_is_so_already_is_named_by_the_one_that_was_not(four: Bench) -> None:
    click(four, 1)
    sweep(four, [0, 1])
    assert str(four.studio.state.undo) == "hiding linear T=300"
    four.studio.undo()
    assert str(four.studio.state.redo) == "hiding linear T=300"


def test_a_sweep_takes_in_what_the_mouse_jumps_over_and_keeps_it(four: Bench) -> None:
    sweep(four, [3, 0, 2])
    assert shown(four) == ""
    sweep(four, [1, 3])
    assert shown(four) == "BCD"
    assert four.studio.state.selected == four.studio.state.entries[3].key
    assert undone(four) == "showing schedules: "
    assert undone(four) == "hiding schedules: ABCD"


def test_a_sweep_beyond_the_ends_reaches_the_last_and_the_first(four: Bench) -> None:
    viewport = view(four).viewport()
    QTest.mousePress(viewport, LEFT, NONE, tick(four, 2))
    for y, letters in ((2000, "AB"), (-50, "")):
        QTest.mouseMove(viewport, QPoint(20, y))
        assert shown(four) == letters
    QTest.mouseRelease(viewport, LEFT, NONE, QPoint(20, 5))
    assert undone(four) == "hiding schedules: ABCD"


def test_two_presses_are_two_steps(four: Bench) -> None:
    click(four, 0)
    click(four, 1)
    assert undone(four) == "hiding cosine T=20: BCD"
    assert undone(four) == "hiding linear T=300: ABCD"


def test_a_line_that_goes_while_ticks_are_swept_does_no_harm(four: Bench) -> None:
    QTest.mousePress(view(four).viewport(), LEFT, NONE, tick(four, 0))
    place = tick(four, 1)
    four.studio.remove(four.studio.state.entries[0].key)
    QTest.mouseMove(view(four).viewport(), place)
    QTest.mouseRelease(view(four).viewport(), LEFT, NONE, place)
    four.panel.show_state(four.studio.state)
    assert shown(four) == "BC"


def test_all_of_a_full_list_are_swept(bench: Bench, settle: Settle) -> None:
    for steps in range(1, MAX_SCHEDULES):
        bench.studio.add(Schedule("jsd", steps))
    bench.studio.select(bench.studio.state.entries[0].key)
    bench.panel.list.view.fold(True)
    settle()
    view(bench).verticalScrollBar().setValue(0)
    QTest.mousePress(view(bench).viewport(), LEFT, NONE, tick(bench, 0))
    view(bench).verticalScrollBar().setValue(view(bench).verticalScrollBar().maximum())
    QTest.mouseMove(view(bench).viewport(), tick(bench, MAX_SCHEDULES - 1))
    QTest.mouseRelease(view(bench).viewport(), LEFT, NONE, tick(bench, MAX_SCHEDULES - 1))
    settle()
    assert shown(bench) == ""
