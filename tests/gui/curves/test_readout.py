from __future__ import annotations

import math

import pytest

from ddpm_studio.gui.curves.readout import at_cursor, at_mouse, value_text
from ddpm_studio.gui.state.window import TimeAxis, View
from tests.gui.curves.conftest import state_of


def test_at_the_cursor_all_schedules_are_read_at_the_same_relative_time() -> None:
    state = state_of("linear:T=300", "cosine:T=1000", t=150)
    reading = at_cursor(state)
    a, b = (entry.schedule.coefficients.alphas_cumprod for entry in state.entries)
    assert reading.values == {0: a[149], 1: b[499]}
    assert reading.moment(state) == "t = 150"


def test_under_the_mouse_each_schedule_is_read_at_its_own_step_as_far_as_it_goes() -> None:
    state = state_of("linear:T=300", "cosine:T=1000")
    assert set(at_mouse(state, "betas", 300.4).values) == {0, 1}
    assert set(at_mouse(state, "betas", 301.0).values) == {1}
    reading = at_mouse(state, "betas", 5000.0)
    assert reading.values == {1: state.entries[1].schedule.coefficients.betas[-1]}
    assert reading.moment(state) == "t = 1000"


def test_on_the_relative_axis_all_schedules_end_together() -> None:
    state = state_of("linear:T=300", "cosine:T=1000", axis=TimeAxis.RELATIVE)
    reading = at_mouse(state, "betas", 0.5)
    assert reading.values == {
        0: state.entries[0].schedule.coefficients.betas[149],
        1: state.entries[1].schedule.coefficients.betas[499],
    }
    assert reading.moment(state) == "t/T = 0.500"


def test_the_clean_picture_has_no_values() -> None:
    assert all(math.isnan(value) for value in at_cursor(state_of("linear", t=0)).values.values())


@pytest.mark.parametrize(
    ("name", "view", "text"),
    [
        ("snr_db", View.PLAIN, "−2116.3 dB"),
        ("snr_db", View.DIFFERENCE, "−2116.3 dB"),
        ("snr_db", View.RATIO, "−2116.3 dB"),
        ("log_snr", View.RATIO, "−2116.3"),
        ("betas", View.PLAIN, "−2116.3"),
    ],
)
def test_a_value_has_its_unit(name: str, view: View, text: str) -> None:
    assert value_text(state_of("linear", view=view), name, -2116.34) == text
