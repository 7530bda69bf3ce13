"""The engine against diffusers: its pipelines from the same noise, its thresholding, its learned variance.

Along leading timesteps, diffusers' default, which end at 0: where the last one is above 0, its DDPM adds noise to the
finished picture.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers import DDIMPipeline, DDIMScheduler, DDPMPipeline, DDPMScheduler, UNet2DModel
from torch import Tensor

from ddpm_studio.diffusion import Schedule
from ddpm_studio.sampling import Denoiser, Thresholding, run
from ddpm_studio.sampling.devices import Network
from tests.checkpoints.tiny import tiny_unet
from tests.sampling.toys import table

SHAPE = (3, 8, 8)
STEPS = 8


def tensors(unet: UNet2DModel) -> Network:
    return lambda x, timesteps: unet(x, timesteps, return_dict=False)[0]


def ours(solver: str, denoiser: Denoiser, **options: object) -> np.ndarray:
    generator = torch.Generator().manual_seed(3)
    x = denoiser.starting_noise(2, generator)
    *_, last = run(table(solver, STEPS, denoiser.schedule, "leading", **options), denoiser, x, generator=generator)
    return (last.x / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()


def theirs(pipeline: DDPMPipeline | DDIMPipeline, **options: object) -> np.ndarray:
    pipeline.set_progress_bar_config(disable=True)
    options |= {"generator": torch.Generator().manual_seed(3), "num_inference_steps": STEPS, "output_type": "np"}
    return pipeline(batch_size=2, **options).images


@pytest.mark.parametrize("prediction_type", ["epsilon", "sample", "v_prediction"])
@pytest.mark.parametrize("variance", ["fixed_small", "fixed_large"])
def test_ddpm_pipeline(prediction_type: str, variance: str) -> None:
    unet = tiny_unet()
    config = {"prediction_type": prediction_type, "variance_type": variance}
    expected = theirs(DDPMPipeline(unet, DDPMScheduler(**config)))
    network = Denoiser(tensors(unet), Schedule("linear", 1000), prediction_type, SHAPE, clip=1.0)
    np.testing.assert_allclose(ours("ddpm", network, variance=variance), expected, atol=2e-5)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_ddim_pipeline(eta: float, keep: bool) -> None:
    """With ε derived from the clipped x0, or as predicted, which is diffusers' default."""
    unet = tiny_unet()
    scheduler = DDIMScheduler(clip_sample=True, beta_schedule="squaredcos_cap_v2")
    expected = theirs(DDIMPipeline(unet, scheduler), eta=eta, use_clipped_model_output=not keep)
    network = Denoiser(tensors(unet), Schedule("cosine", 1000), shape=SHAPE, clip=1.0, keep_epsilon=keep)
    np.testing.assert_allclose(ours("ddim", network, eta=eta), expected, atol=1e-3)
    other = replace(network, keep_epsilon=not keep)
    assert np.abs(ours("ddim", other, eta=eta) - expected).max() > 0.01


def test_epsilon_is_what_a_run_is_told_and_matters_to_ddim_with_clipping_only() -> None:
    denoiser = Denoiser(lambda x, t: torch.sin(3 * x), Schedule("linear", 1000), shape=SHAPE, clip=1.0)
    x = denoiser.starting_noise(2, torch.Generator().manual_seed(3))

    def picture(solver: str, told: bool | None, recommended: bool, clip: float | None = None) -> Tensor:
        recommending = replace(denoiser, keep_epsilon=recommended)
        *_, last = run(table(solver, STEPS, denoiser.schedule), recommending, x, clip=clip, keep_epsilon=told)
        return last.x

    derived, kept = picture("ddim", False, True), picture("ddim", True, False)
    assert (derived - kept).abs().max() > 0.01
    torch.testing.assert_close(picture("ddim", None, True), kept)
    torch.testing.assert_close(picture("ddim", None, False), derived)
    torch.testing.assert_close(picture("ddim", True, True, math.inf), picture("ddim", False, True, math.inf))
    torch.testing.assert_close(picture("dpm-solver++", True, True), picture("dpm-solver++", False, True))


def test_thresholding() -> None:
    x0 = 3 * torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    x0[3] /= 100
    for ratio, maximum in ((0.995, 1.0), (0.9, 3.0), (0.5, 100.0), (1.0, 100.0)):
        scheduler = DDPMScheduler(thresholding=True, dynamic_thresholding_ratio=ratio, sample_max_value=maximum)
        torch.testing.assert_close(Thresholding(ratio, maximum)(x0.clone()), scheduler._threshold_sample(x0))


def test_learned_variance() -> None:
    def network(x: Tensor, timesteps: Tensor) -> Tensor:
        return torch.cat([torch.sin(x), torch.cos(3 * x)], dim=1)

    scheduler = DDPMScheduler(variance_type="learned_range", clip_sample=False)
    scheduler.set_timesteps(STEPS)
    start = torch.Generator().manual_seed(3)
    x = torch.randn((2, *SHAPE), generator=start)
    for t in scheduler.timesteps:
        x = scheduler.step(network(x, t), t, x, generator=start).prev_sample
    learned = Denoiser(network, Schedule("linear", 1000), shape=SHAPE)
    rows, generator = (
        table("ddpm", STEPS, spacing="leading", variance="learned_range"),
        torch.Generator().manual_seed(3),
    )
    *_, last = run(rows, learned, learned.starting_noise(2, generator), generator=generator)
    torch.testing.assert_close(last.x, x, rtol=1e-3, atol=1e-3)


def test_the_learned_half_is_left_alone_by_other_solvers() -> None:
    both = Denoiser(lambda x, t: torch.cat([torch.sin(x), x * 1e6], dim=1), Schedule("linear", 1000), shape=SHAPE)
    one = Denoiser(lambda x, t: torch.sin(x), Schedule("linear", 1000), shape=SHAPE)
    np.testing.assert_array_equal(ours("ddim", both), ours("ddim", one))


def test_a_learned_variance_that_is_not_there() -> None:
    one = Denoiser(lambda x, t: torch.sin(x), Schedule("linear", 1000), shape=SHAPE)
    with pytest.raises(ValueError, match="learned no variance"):
        ours("ddpm", one, variance="learned_range")
