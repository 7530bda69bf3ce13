"""Fixed-point numbers against balls of Arb."""

from __future__ import annotations

from random import Random

import pytest
from flint import arb, ctx

from ddpm_studio.diffusion.kinds.fixed_point import fixed, fixed_exp, fixed_power, fixed_sine

UNIT, BOUND, BITS = arb(2) ** 256, arb("1e-55"), 600


@pytest.mark.parametrize("seed", range(20))
def test_every_function_has_its_digits(seed: int) -> None:
    random = Random(seed)
    small, exponent = random.random() * 10 ** random.uniform(-17, 0), random.random() * 10 ** random.uniform(-2, 2.3)
    with ctx.workprec(BITS):
        sine = (arb(small) * arb.pi() / 2).sin()
        assert abs(fixed_sine(fixed(small)) / UNIT - sine) < BOUND * sine
        assert abs(fixed_exp(-fixed(exponent)) / UNIT - (-arb(exponent)).exp()) < BOUND
        assert abs(fixed_power(fixed(small), fixed(exponent)) / UNIT - arb(small) ** arb(exponent)) < BOUND


def test_the_ends_are_exact() -> None:
    one = fixed(1.0)
    assert fixed_sine(0) == 0
    assert abs(fixed_sine(one) - one) < 2**60
    assert fixed_exp(0) == one
    assert fixed_power(0, one) == 0
    assert abs(fixed_power(one, fixed(200.0)) - one) < 2**60
