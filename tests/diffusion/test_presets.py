"""The presets are the schedules that their papers and programs use."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.presets import PRESETS, Preset


def preset(beginning: str) -> Schedule:
    return Schedule.parse(next(p.spec for p in PRESETS if p.name.startswith(beginning)))


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_every_preset_is_a_schedule_in_canonical_form(one: Preset) -> None:
    assert str(Schedule.parse(one.spec)) == one.spec
    assert one.source


def test_presets_are_told_apart() -> None:
    assert len({one.name for one in PRESETS}) == len(PRESETS)
    assert len({Schedule.parse(one.spec) for one in PRESETS}) == len(PRESETS)


def test_the_seed_comes_first() -> None:
    assert preset("Seed") == Schedule("linear", 300)
    assert PRESETS[0].name.startswith("Seed")


def test_numbers_of_the_papers() -> None:
    assert preset("DDPM 2020").coefficients.alphas_cumprod[-1] == pytest.approx(4.036e-5, rel=1e-3)
    assert preset("Improved DDPM").betas[0] == pytest.approx(4.128e-5, rel=1e-3)
    stable = preset("Stable Diffusion").coefficients
    assert stable.sigmas[0] == pytest.approx(0.0292, abs=5e-5)
    assert stable.sigmas[-1] == pytest.approx(14.6146, abs=5e-5)
    latent = preset("Latent diffusion")
    assert (latent.kind, latent.T, latent.betas[0], latent.betas[-1]) == ("scaled_linear", 1000, 0.0015, 0.0195)
    assert preset("SDXL").coefficients.alphas_cumprod[-1] == 0
    assert preset("SDXL").betas[0] == stable.betas[0]


def test_simple_diffusion_shifts_by_the_square_of_the_resolution() -> None:
    small, large = (preset(name).coefficients.log_snr for name in ("Simple diffusion, 64", "Simple diffusion, 256"))
    np.testing.assert_allclose(large, small - np.log(16), rtol=1e-9, atol=1e-9)
