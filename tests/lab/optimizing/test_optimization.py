"""What was found, as it is told: which steps are better, and where nothing can be said."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import LabError, SamplingError
from ddpm_studio.lab.optimizing.optimization import Optimum, Proved, Question, levels_of
from ddpm_studio.run_settings import RunSettings

LINEAR = Schedule("linear", 1000)
SIGMAS = np.array([100.0, 2.0, 0.0])
HARD = np.random.default_rng(0).lognormal(-2, 0.5, 64)


def optimum(found: Array, standard: Array, reference_error: float = 0.0) -> Optimum:
    return Optimum(
        question=Question("ddim", 2),
        levels=levels_of(LINEAR, SIGMAS),
        found=Proved("found", SIGMAS, found),
        standard=Proved("karras", SIGMAS, standard),
        others=(),
        reference_error=reference_error,
        calls=2,
        runs=9,
    )


def test_better_is_nearer_picture_by_picture_and_in_the_median() -> None:
    assert optimum(0.9 * HARD, HARD).better
    assert not optimum(HARD, HARD).better
    assert not optimum(1.1 * HARD, HARD).better
    assert not optimum(0.9 * HARD[:5], HARD[:5]).better  # Five pictures are not sure enough.


def test_what_most_pictures_gain_a_few_may_undo() -> None:
    """Nearer for most, but farther for those around the median: the two numbers that are shown disagree."""
    ordered = np.sort(HARD)
    factors = np.where(np.abs(np.arange(64) - 31.5) < 12, 1.05, 0.9)
    told = optimum(ordered * factors, ordered)
    assert told.paired.nearer
    assert told.found.spread.median > told.standard.spread.median
    assert not told.better


def test_a_reference_that_is_too_coarse_is_told() -> None:
    assert not optimum(HARD, HARD, 0.1 * float(np.median(HARD))).coarse
    assert optimum(HARD, HARD, 0.3 * float(np.median(HARD))).coarse


def test_the_text_is_that_of_the_levels() -> None:
    assert optimum(HARD, HARD).text == "sigmas:100,2,0"


def test_questions_out_of_bounds_are_refused() -> None:
    for steps in (1, 33):
        with pytest.raises(LabError, match=f"steps is {steps}, but the best are searched for among 2 to 32"):
            Question("ddim", steps)
    with pytest.raises(SamplingError, match="pictures is 0"):
        Question("ddim", 4, settings=RunSettings(pictures=0))
