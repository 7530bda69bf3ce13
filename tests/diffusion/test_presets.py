"""The presets are the schedules that their papers and programs use."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.diffusion.presets import GROUPS, PRESETS, Preset
from ddpm_studio.diffusion.training.objective import PLAIN, Objective


def preset(beginning: str) -> Schedule:
    return Schedule.parse(next(p.spec for p in PRESETS if p.name.startswith(beginning)))


def effective(name: str) -> tuple[Array, Array]:
    """log SNR along a preset, and W of what it is trained for."""
    one = next(p for p in PRESETS if p.name == name)
    schedule = Schedule.parse(one.spec)
    return schedule.coefficients.log_snr, one.train.weights(schedule).effective


def normal(log_snr: Array, mean: float, deviation: float) -> Array:
    return np.exp(-0.5 * ((log_snr - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))


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
    upscaler = preset("Stable Diffusion x4 upscaler")
    np.testing.assert_allclose(upscaler.betas, np.linspace(0.0001**0.5, 0.02**0.5, 1000) ** 2, rtol=1e-12)
    # Half way along, τ = 6 · ½ / (1 + 5 · ½) = 6/7.
    assert preset("Lumina 2").coefficients.log_snr[499] == pytest.approx(-2 * np.log(6), rel=1e-12)
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


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)
def test_what_a_preset_is_trained_for_has_a_source_and_reads_back(one: Preset) -> None:
    assert bool(one.trained) == bool(one.objective_text)
    assert one.trained or one.train == PLAIN
    assert Objective.parse(one.objective_text) == one.train


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("Stable Diffusion 3 and 3.5", lambda x: normal(x, -2 * np.log(3), 2) * (1 + np.exp(-x / 2)) ** 2),
        ("Rectified flow", lambda x: np.exp(-x / 2) / 2),
        ("EDM", lambda x: normal(x, 2.4, 2.4) * (np.exp(-x) + 0.25) / 0.25),
        ("EDM, in training", lambda x: normal(x, 2.4, 2.4) * (np.exp(-x) + 0.25) / 0.25),
        ("EDM2, 512², in training", lambda x: normal(x, 0.8, 2) * (np.exp(-x) + 0.25) / 0.25),
        ("EDM2, 64², in training", lambda x: normal(x, 1.6, 3.2) * (np.exp(-x) + 0.25) / 0.25),
        ("Stable Video Diffusion", lambda x: normal(x, -1.4, 3.2) * (np.exp(-x) + 1)),
    ],
)
def test_the_effective_weights_of_presets_are_those_of_their_papers(
    name: str, closed: Callable[[Array], Array]
) -> None:
    """½W‖ε̂ − ε‖² over log SNR of what each paper states: densities of its draws times its loss in terms of ε."""
    log_snr, weights = effective(name)
    inside = np.isfinite(log_snr)
    np.testing.assert_allclose(weights[inside], closed(log_snr[inside]), rtol=1e-9)


@pytest.mark.parametrize(
    ("names", "predict"),
    [
        (("Stable Diffusion 1.x", "Stable Diffusion 2.x base", "Stable Diffusion XL", "DDPM 2020"), "epsilon"),
        (("Stable Diffusion 2.x", "Stable Diffusion x4 upscaler", "CogVideoX 5B", "Hunyuan-DiT 1.2"), "v_prediction"),
        (("Flux dev, 1024²", "AuraFlow", "Wan 2.x, 720p", "Qwen-Image, 1024²"), "flow_prediction"),
        (("Lumina 2", "Z-Image Turbo", "Mochi"), "reversed_flow_prediction"),
    ],
)
def test_of_others_only_the_prediction_differs_from_what_goes_without_saying(
    names: tuple[str, ...], predict: str
) -> None:
    found = [p for p in PRESETS if p.name in names]
    assert len(found) == len(names)
    assert {p.train for p in found} == {Objective(predict)}
    assert {p.objective_text for p in found} == {f"train:predict={predict}"}
