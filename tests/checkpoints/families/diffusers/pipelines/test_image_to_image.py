"""Runs of Stable Diffusion that begin from a picture, against those of diffusers' own pipeline for that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline

from ddpm_studio.checkpoints import read_checkpoint
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.files.steps.asked_steps import steps_asked_for
from ddpm_studio.files.steps.scheduler_steps import steps_of_config
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.sampling import Denoiser
from ddpm_studio.sampling.drawing import drawn
from ddpm_studio.sampling.starting_picture import as_x0, takes_pictures
from tests.checkpoints.families.diffusers.pipelines import tiny_pipelines as tiny
from tests.checkpoints.families.diffusers.pipelines.test_hosted import GUIDED, SOLVERS, STEPS, difference

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SEED, STRENGTH, SCALE = 5, 0.6, 7.5
ALONG = {name: way for name, way in SOLVERS.items() if name != "plms"}
"""Without plms, of which diffusers begins at another of the two steps that it takes twice."""

PICTURE = np.random.default_rng(0).uniform(-1, 1, (32, 32, 3)).astype(np.float32)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def denoiser(tmp_path_factory: pytest.TempPathFactory) -> Denoiser:
    """Stable Diffusion out of its folder, with a prompt."""
    folder = tmp_path_factory.mktemp("sd")
    tiny.tiny_sd().save_pretrained(folder)
    return read_checkpoint(folder).denoiser.conditioned(guidance=SCALE, **GUIDED)


def later_steps(pipeline: Any, denoiser: Denoiser) -> Steps:
    """The last of the steps that the pipeline's scheduler lays out."""
    config = {**pipeline.scheduler.config, "_class_name": type(pipeline.scheduler).__name__}
    spec = StepsSpec.parse(f"{steps_of_config(config, denoiser.schedule, STEPS).spec} | start={STRENGTH}")
    count = None if spec.has_number else STEPS
    return Steps.of_levels(steps_asked_for(spec, denoiser.schedule, count).levels(denoiser.schedule), str(spec))


@pytest.mark.parametrize("pictures", [1, 3])
@pytest.mark.parametrize("solver", ALONG)
def test_a_picture_is_redrawn_as_diffusers_does(denoiser: Denoiser, solver: str, pictures: int) -> None:
    scheduler, config, options = ALONG[solver]
    pipeline = StableDiffusionImg2ImgPipeline(**tiny.tiny_sd().components, requires_safety_checker=False)
    pipeline.scheduler = scheduler.from_config(pipeline.scheduler.config, **config)
    pipeline.set_progress_bar_config(disable=True)
    x0 = as_x0(denoiser, PICTURE, CPU)
    expected = pipeline(
        image=x0.repeat(pictures, 1, 1, 1),
        strength=STRENGTH,
        num_inference_steps=STEPS,
        guidance_scale=SCALE,
        generator=torch.Generator().manual_seed(SEED),
        num_images_per_prompt=pictures,
        output_type="latent",
        **GUIDED,
    ).images
    table = solver_table(solver, later_steps(pipeline, denoiser), **options)
    assert table.steps < STEPS
    *_, last = drawn(denoiser, table, RunSettings(seed=SEED, pictures=pictures, device="cpu"), begun_from=x0)
    assert difference(last.x, expected) < 1e-5


def test_latents_are_the_most_likely_ones_of_the_autoencoder(denoiser: Denoiser) -> None:
    autoencoder = tiny.tiny_autoencoder()
    with torch.no_grad():
        known = autoencoder.encode(torch.from_numpy(PICTURE).permute(2, 0, 1)[None]).latent_dist.mode()
    assert difference(as_x0(denoiser, PICTURE, CPU), known * autoencoder.config.scaling_factor) < 1e-5


@pytest.mark.parametrize("name", ["ldm", "dit"])
def test_other_autoencoders_undo_what_their_decoders_do(name: str, tmp_path: Path) -> None:
    """Of random weights nothing comes back but the shape, and the scale between both halves."""
    {"ldm": tiny.tiny_ldm, "dit": tiny.tiny_dit}[name]().save_pretrained(tmp_path)
    found = read_checkpoint(tmp_path).denoiser
    assert takes_pictures(found)
    assert as_x0(found, PICTURE, CPU).shape == (1, *found.shape)
