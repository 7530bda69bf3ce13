from __future__ import annotations

import math

import pytest

from ddpm_studio.diffusion.moment import SCALES
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


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("name", "view", "value"),
    [
        ("alphas_cumprod", View.PLAIN, 1),
        ("alphas_cumprod", View.DIFFERENCE, 0),
        ("alphas_cumprod", View.RATIO, 1),
        ("sqrt_one_minus_alphas_cumprod", View.PLAIN, 0),
        ("sqrt_one_minus_alphas_cumprod", View.RATIO, math.nan),
        ("snr_db", View.PLAIN, math.inf),
        ("snr_db", View.DIFFERENCE, math.nan),
        ("betas", View.PLAIN, math.nan),
        ("betas", View.DIFFERENCE, math.nan),
    ],
)
def test_the_clean_picture_is_read_where_a_curve_has_a_value_there(
    scale: str, name: str, view: View, value: float
) -> None:
    reading = at_cursor(state_of("linear:T=300", "cosine:T=1000", view=view).at(0, scale), name)
    assert reading.ts == {0: 0, 1: 0}
    assert list(reading.values.values()) == pytest.approx([value, value], nan_ok=True)


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
