"""Panels that follow a slider that is held: in turns while it moves, and with its last state in any case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import State


def held(t: int) -> State:
    """A state with a slider that is held."""
    return replace(first_state(), t=t, adjusting=True)


class Following(LazyPanel):
    """Notes the states that it shows."""

    HELD_MS = 1

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


def test_with_a_move_one_panel_follows(panels: tuple[Following, Following]) -> None:
    first, second = panels
    for move in (held(100), held(101)):
        show(panels, move)
        first._follow()
        second._follow()
        first, second = second, first
    assert [[state.t for state in panel.seen] for panel in panels] == [[100], [101]]


def test_all_have_followed_when_a_slider_rests(panels: tuple[Following, Following], qtbot: QtBot) -> None:
    state = held(100)
    show(panels, state)
    qtbot.waitUntil(lambda: all(panel.seen and panel.seen[-1] is state for panel in panels))


def test_all_show_at_once_what_a_slider_is_let_go_at(panels: tuple[Following, Following]) -> None:
    show(panels, held(100))
    let_go = replace(held(101), adjusting=False)
    show(panels, let_go)
    assert [panel.seen[-1] is let_go for panel in panels] == [True, True]


def test_a_panel_that_is_not_seen_keeps_no_other_waiting(panels: tuple[Following, Following]) -> None:
    hidden, seen = panels
    hidden.hide()
    show(panels, held(100))
    hidden._follow()
    seen._follow()
    assert [state.t for state in seen.seen] == [100]
