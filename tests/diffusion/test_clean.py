import math

import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.clean import CLEAN, value_at

SCHEDULE = Schedule.parse("linear:T=20")


@pytest.mark.parametrize("name", CURVES)
def test_the_values_of_the_steps_are_the_arrays(name: str) -> None:
    values = [value_at(SCHEDULE, name, t) for t in range(1, 21)]
    assert values == SCHEDULE.coefficients[name].tolist()


@pytest.mark.parametrize("name", CLEAN)
def test_at_0_the_values_are_what_ever_smaller_noise_tends_to(name: str) -> None:
    nearly_clean = Schedule.from_betas([1e-12, 1e-12]).coefficients[name][0]
    value = value_at(SCHEDULE, name, 0)
    assert value is not None
    if math.isinf(value):
        assert math.copysign(1, value) * nearly_clean > 13
    else:
        assert nearly_clean == pytest.approx(value, abs=1e-5)


def test_what_belongs_to_a_step_has_no_value_at_0() -> None:
    missing = [name for name in CURVES if value_at(SCHEDULE, name, 0) is None]
    assert {"betas", "alphas", "posterior_variance", "alphas_cumprod_prev"} <= set(missing)
    assert value_at(SCHEDULE, "alphas_cumprod_next", 0) == 1 - 1e-4
