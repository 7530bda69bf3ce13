"""Findings about a single step count it in the singular, or without a plural."""

from __future__ import annotations

import re

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.findings import findings_of
from ddpm_studio.diffusion.schedule_sameness import sameness, told
from ddpm_studio.diffusion.steps.levels_findings import beyond_training

ONE = [
    "linear:T=1,beta_start=1",
    "linear:T=1,beta_start=1e-12",
    "linear:T=1,zero_snr=comfyui",
    "cosine:T=1,max_beta=.001",
]
PAIRS = [
    ("linear:T=1", "scaled_linear:T=1,beta_start=0.0001,beta_end=0.02"),
    ("linear:T=1", "linear:T=1,snr_shift=4"),
    ("linear:T=2", "linear:T=2,zero_snr=1"),
    ("cosine:T=1", "cosine:T=7"),
]
_MANY = re.compile(r"(?<![\d.,−=] )(?<![\d.,])1 (steps|calls|moments|levels|timesteps)\b")


@pytest.mark.parametrize("spec", ONE)
def test_of_one_step(spec: str) -> None:
    texts = [*map(str, findings_of(Schedule.parse(spec)))]
    assert texts
    assert not any(map(_MANY.search, texts))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_of_two_schedules_with_one_step(one: str, other: str) -> None:
    found = sameness(Schedule.parse(one), Schedule.parse(other))
    assert found is None or not _MANY.search(str(told(found, "B")))


def test_of_one_level_beyond() -> None:
    assert not any(_MANY.search(str(finding)) for finding in beyond_training(1, 1))
