"""Panels that follow a slider that is held: one at a time, and all once it rests or is let go."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QDeadlineTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from ddpm_studio.gui import lazy_panel
from ddpm_studio.gui.lazy_panel import APART_MS, PATIENCE_MS, LazyPanel, TurnQueue
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import State
from tests.gui.finding import child


def held(t: int) -> State:
    """A state with a slider that is held."""
    return replace(first_state(), t=t, adjusting=True)


class Following(LazyPanel):
    """Notes the states that it shows."""

    IN_TURN = True

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[State] = []

    def refresh(self) -> None:
        """Note the state."""
        self.seen.append(self.state)


@pytest.fixture
def panels(qtbot: QtBot) -> tuple[Following, Following]:
    """Two that are seen."""
    made = Following(), Following()
    for panel in made:
        qtbot.addWidget(panel)
        panel.show()
        qtbot.waitExposed(panel)
    return made


def show(panels: tuple[Following, ...], state: State) -> None:
    for panel in panels:
        panel.show_state(state)


def queue() -> TurnQueue:
    """Those who wait for their turn."""
    return child(QAbstractEventDispatcher.instance(), TurnQueue)


def idle() -> None:
    """Let the program be idle once."""
    queue().go_on()
    QApplication.processEvents()


def moments(panels: tuple[Following, ...]) -> list[list[int]]:
    """The t of the states that each has shown."""
    return [[state.t for state in panel.seen] for panel in panels]


def test_one_panel_follows_at_a_time(panels: tuple[Following, Following]) -> None:
    show(panels, held(100))
    assert moments(panels) == [[], []]
    idle()
    assert moments(panels) == [[100], []]
    idle()
    assert moments(panels) == [[100], [100]]


def test_whoever_has_followed_waits_for_the_others(panels: tuple[Following, Following]) -> None:
    for move in (held(100), held(101)):
        show(panels, move)
        idle()
    assert moments(panels) == [[100], [101]]


def test_all_have_followed_when_a_slider_rests(panels: tuple[Following, Following], qtbot: QtBot) -> None:
    state = held(100)
    show(panels, state)
    qtbot.waitUntil(lambda: all(panel.seen and panel.seen[-1] is state for panel in panels))


def test_all_follow_a_slider_that_leaves_the_program_no_time(panels: tuple[Following, Following]) -> None:
    end = QDeadlineTimer(5000)
    while not all(panel.seen for panel in panels) and not end.hasExpired():
        show(panels, held(100))
        QApplication.processEvents()
    assert all(panel.seen for panel in panels)


def test_nobody_loses_patience_later_after_a_long_drag(panels: tuple[Following, Following], qtbot: QtBot) -> None:
    for t in range(1, 200):
        show(panels, held(t))
        idle()
        idle()
    assert all(panel.seen[-1].t == 199 for panel in panels)
    show(panels, held(200))
    assert queue().remainingTime() <= PATIENCE_MS


def test_those_who_have_lost_patience_follow_with_a_pause_between(
    panels: tuple[Following, Following], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    show(panels, held(100))
    much_later = monotonic() + 1
    monkeypatch.setattr(lazy_panel, "monotonic", lambda: much_later)
    queue().timeout.emit()
    assert moments(panels) == [[100], []]
    with qtbot.waitSignal(queue().timeout):
        assert queue().interval() != APART_MS
        while queue().interval() != APART_MS:
            QApplication.processEvents()
    assert moments(panels) == [[100], [100]]


def test_all_show_at_once_what_a_slider_is_let_go_at(panels: tuple[Following, Following]) -> None:
    show(panels, held(100))
    let_go = replace(held(101), adjusting=False)
    show(panels, let_go)
    assert [panel.seen[-1] is let_go for panel in panels] == [True, True]
    idle()
    assert moments(panels) == [[101], [101]]


def test_a_panel_that_is_not_seen_keeps_no_other_waiting(panels: tuple[Following, Following]) -> None:
    hidden, seen = panels
    hidden.hide()
    show(panels, held(100))
    idle()
    assert moments((seen,)) == [[100]]


def test_a_panel_that_is_gone_keeps_no_other_waiting(panels: tuple[Following, Following]) -> None:
    gone = Following()
    gone.show()
    show((gone, *panels), held(100))
    Shiboken.delete(gone)
    idle()
    assert moments(panels) == [[100], []]
