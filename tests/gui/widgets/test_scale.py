import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.gui.widgets.scale import POSITIONS, Scale

LOG = Scale(1e-12, 1.0, 1e-6, 0.5, log=True)
LINEAR = Scale(-20.0, 20.0, -6.0, 6.0)
STEPS = Scale(1, 100_000, 10, 4000, log=True, whole=True)
SCALES = [LOG, LINEAR, STEPS]


@pytest.mark.parametrize("scale", SCALES)
def test_the_ends_of_the_slider_are_the_ends_of_its_range(scale: Scale) -> None:
    assert (scale.value(0), scale.value(POSITIONS)) == (scale.start, scale.stop)
    assert (scale.position(scale.low), scale.position(scale.high)) == (0, POSITIONS)


def test_a_logarithmic_slider_gives_each_decade_the_same_way() -> None:
    scale = Scale(1e-6, 1e6, 0.01, 100.0, log=True)
    assert [scale.position(10.0**k) for k in range(-2, 3)] == [0, 500, 1000, 1500, 2000]


@pytest.mark.parametrize("scale", SCALES)
@given(position=st.integers(0, POSITIONS))
def test_the_handle_stays_where_it_was_dropped(scale: Scale, position: int) -> None:
    """Rounding for the eye may move it by less than a pixel of a 200 pixel slider, or within one whole number."""
    back = scale.position(scale.value(position))
    assert abs(back - position) <= POSITIONS / 200 or scale.value(back) == scale.value(position)


@pytest.mark.parametrize("scale", SCALES)
def test_the_slider_is_precise(scale: Scale) -> None:
    distinct = {scale.value(position) for position in range(POSITIONS + 1)}
    assert len(distinct) >= 500
    assert len({scale.value(p) for p in range(POSITIONS + 1)}) >= 1000 or scale.whole


def test_the_slider_meets_every_default_of_the_registry_closely() -> None:
    for kind in KINDS.values():
        for p in kind.parameters:
            scale = Scale(p.low, p.high, *p.slider, p.log)
            met = scale.value(scale.position(p.default))
            assert met == pytest.approx(p.default, rel=0.01, abs=(p.slider[1] - p.slider[0]) / 1000)


@pytest.mark.parametrize(
    ("scale", "value", "steps", "expected"),
    [
        (LOG, 1e-4, 1, 1.1e-4),
        (LOG, 1e-4, -1, 9.9e-5),
        (LOG, 9.9e-5, 1, 1e-4),
        (LOG, 0.02, 10, 0.03),
        (LOG, 1.0, 1, 1.0),
        (LINEAR, 0.3, -4, -0.1),
        (LINEAR, 20.0, 1, 20.0),
        (STEPS, 300, 1, 310),
        (STEPS, 12, 1, 13),
        (STEPS, 3, -5, 1),
        (STEPS, 99_999, 3, 100_000),
    ],
)
def test_steps(scale: Scale, value: float, steps: int, expected: float) -> None:
    assert scale.stepped(value, steps) == expected


@given(value=st.floats(1e-11, 0.9), steps=st.integers(1, 20))
def test_steps_up_and_down_undo_each_other(value: float, steps: int) -> None:
    short = float(f"{value:.2g}")
    assert math.isclose(LOG.stepped(LOG.stepped(short, steps), -steps), min(short, 1.0), rel_tol=1e-9) or (
        LOG.stepped(short, steps) == 1.0
    )
