"""The schedules panel where t moves, which only members of families show, and where a state is shown once more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import State


class Counting(SchedulesPanel):
    """Notes the states that it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[State] = []

    def refresh(self) -> None:
        """Note the state, and show it."""
        self.seen.append(self.state)
        super().refresh()


@pytest.fixture
def panel(qtbot: QtBot) -> Counting:
    """One that is seen, and shows the first state."""
    made = Counting()
    qtbot.addWidget(made)
    made.show_state(first_state())
    made.show()
    qtbot.waitExposed(made)
    made.seen.clear()
    return made


def test_nothing_is_done_for_another_t(panel: Counting) -> None:
    moved = panel.state.at(7)
    panel.show_state(moved)
    assert not panel.seen
    assert panel.state is moved


def test_the_same_state_is_shown_once_more_where_a_field_has_another_value(panel: Counting) -> None:
    """As after a value that was refused."""
    panel.show_state(panel.state)
    assert panel.seen == [panel.state]


def test_members_of_a_family_are_shown_at_another_t(panel: Counting) -> None:
    family = panel.state.with_schedule(ScheduleFamily.around(panel.state.current.schedule, "beta_end"))
    panel.show_state(family)
    panel.show_state(family.at(family.t + 7))
    assert [state.t for state in panel.seen] == [family.t, family.t + 7]


def test_what_changes_with_t_is_shown(panel: Counting) -> None:
    named = panel.state.with_name(panel.state.selected, "mine")
    panel.show_state(replace(named, t=panel.state.t + 1))
    assert [state.current.name for state in panel.seen] == ["mine"]
