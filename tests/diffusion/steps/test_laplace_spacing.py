"""The Laplace spacing between ends so far out that the areas beyond them vanish in float64."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion.steps.classic_spacings import laplace


@pytest.mark.parametrize(
    ("mu", "spread", "most", "least"), [(-10, 0.01, 650, 300), (10, 0.01, -300, -650), (0, 2, 3, 1)]
)
def test_laplace_crowds_the_tail_of_a_range_on_one_side_of_its_centre(
    mu: float, spread: float, most: float, least: float
) -> None:
    log_sigma = np.log(laplace(np.exp(most), np.exp(least), 9, mu, spread))
    distance = np.abs(log_sigma - mu) / spread
    areas = np.exp(distance.min() - distance)
    np.testing.assert_allclose(np.diff(areas), (areas[-1] - areas[0]) / 8, rtol=1e-9)


def test_laplace_shares_the_area_between_ends_far_out_on_both_sides() -> None:
    log_sigma = np.log(laplace(np.exp(650), np.exp(-650), 5, mu=1.0, spread=2.0))
    np.testing.assert_allclose(log_sigma, [650, 1 + 2 * np.log(2), 1, 1 - 2 * np.log(2), -650], rtol=1e-12)
