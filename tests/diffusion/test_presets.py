"""The presets are the schedules that their papers and programs use."""

from __future__ import annotations

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.presets import GROUPS, PRESETS, Preset


def preset(beginning: str) -> Schedule:
    return Schedule.parse(next(p.spec for p in PRESETS if p.name.startswith(beginning)))


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_every_preset_is_a_schedule_in_canonical_form(one: Preset) -> None:
    assert str(Schedule.parse(one.spec)) == one.spec
    assert one.source


def test_presets_are_told_apart_by_their_names_and_stand_in_groups() -> None:
    assert len({one.name for one in PRESETS}) == len(PRESETS)
    assert [one.group for one in PRESETS] == [group for group in GROUPS for one in PRESETS if one.group == group]


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
    rescaled = preset("Stable Diffusion, rescaled")
    assert (rescaled.coefficients.alphas_cumprod[-1], rescaled.betas[0]) == (0, stable.betas[0])
    assert preset("Stable Diffusion, zero terminal SNR of ComfyUI").coefficients.sigmas[-1] == pytest.approx(4518.76369)


@pytest.mark.parametrize(
    ("name", "tokens", "base", "most", "last"),
    [
        ("Flux dev, 512²", 1024, 0.5, 1.15, 4096),
        ("Flux dev, 1024²", 4096, 0.5, 1.15, 4096),
        ("Qwen-Image, 1024²", 4096, 0.5, 0.9, 8192),
    ],
)
def test_shifts_by_resolution_are_linear_in_tokens_before_they_are_exponential(
    name: str, tokens: int, base: float, most: float, last: int
) -> None:
    """From 256 tokens, each 16 pixels wide and high, to the last for which the rule was made."""
    mu = base + (tokens - 256) * (most - base) / (last - 256)
    assert preset(name).values["shift"] == pytest.approx(np.exp(mu), rel=1e-15)


def test_cogvideox_rescales_after_it_shifts() -> None:
    large, small = preset("CogVideoX 2B"), preset("CogVideoX 5B")
    assert large.values["zero_snr"] == small.values["zero_snr"] == ZeroSnr.AFTER
    assert large == small.replace(snr_shift=3)
    assert large.coefficients.log_snr[0] == pytest.approx(small.coefficients.log_snr[0] - np.log(3), rel=1e-12)


def test_simple_diffusion_shifts_by_the_square_of_the_resolution() -> None:
    small, large = (preset(name).coefficients.log_snr for name in ("Simple diffusion, 64", "Simple diffusion, 256"))
    np.testing.assert_allclose(large, small - np.log(16), rtol=1e-9, atol=1e-9)
