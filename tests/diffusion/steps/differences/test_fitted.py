"""Fitted options: the root of what a value misses, found with few calls, and not with more than by halving."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from ddpm_studio.diffusion.steps.differences.fitted import HALVINGS, changing_sign

pytestmark = pytest.mark.quick

LOW, HIGH = 1.0, 2.37
Miss = Callable[[float], float]


def found(miss: Miss) -> tuple[float, int]:
    """What is found, and after how many calls."""
    calls: list[float] = []

    def counted(value: float) -> float:
        calls.append(value)
        return miss(value)

    return changing_sign(counted, LOW, HIGH, miss(LOW), miss(HIGH)), len(calls)


@pytest.mark.parametrize("root", [1.0000001, 1.2, 1.618034, 2.3699999])
@pytest.mark.parametrize(
    "made",
    [
        lambda root: lambda value: math.log(value / root),
        lambda root: lambda value: root**3 - value**3,
        lambda root: lambda value: 1e9 * (value - root),
        lambda root: lambda value: math.exp(8 * value) - math.exp(8 * root),
        lambda root: lambda value: (value - root) ** 3,
        lambda root: lambda value: math.copysign(1.0, value - root),
        lambda root: lambda value: math.nan if value > root else 1.0,
    ],
)
def test_where_a_miss_changes_its_sign_is_found(made: Callable[[float], Miss], root: float) -> None:
    value, calls = found(made(root))
    assert value == pytest.approx(root, rel=1e-10)
    assert calls <= HALVINGS + 1


def test_a_smooth_miss_takes_few_calls() -> None:
    assert found(lambda value: math.log(value / 1.7))[1] < HALVINGS // 2


def test_of_a_stretch_of_zeros_the_lower_end_is_found() -> None:
    value, calls = found(lambda value: min(value - 1.3, 0.0) + max(value - 1.9, 0.0))
    assert value == pytest.approx(1.3, rel=1e-10)
    assert calls <= HALVINGS + 1
