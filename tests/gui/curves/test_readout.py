from __future__ import annotations

import math

import pytest

from ddpm_studio.gui.curves.readout import at_cursor, value_text
from ddpm_studio.gui.state.window import View
from tests.gui.curves.conftest import state_of


@pytest.mark.parametrize(("scale", "t"), [("t", 150), ("t/T", 500), ("log_snr", 517)])
def test_every_schedule_is_read_at_its_own_step_at_the_moment(scale: str, t: int) -> None:
    state = state_of("linear:T=300", "cosine:T=1000").at(150, scale)
    reading = at_cursor(state)
    a, b = (entry.schedule.coefficients.alphas_cumprod for entry in state.entries)
    assert reading.ts == {0: 150, 1: t}
    assert reading.values == {0: a[149], 1: b[t - 1]}


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
