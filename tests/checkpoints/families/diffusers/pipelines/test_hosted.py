"""Pipelines of diffusers as they are hosted here: latents and pictures against the pipeline's own run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    DDIMScheduler,
    DiffusionPipeline,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    UniPCMultistepScheduler,
)
from torch import Tensor

from ddpm_studio.checkpoints import Answers, Origin, card_of, read_checkpoint
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import CheckpointError, SamplingError
from ddpm_studio.files.steps.asked_steps import steps_asked_for
from ddpm_studio.files.steps.scheduler_steps import steps_of_config
from ddpm_studio.sampling import Denoiser, run
from tests.checkpoints.families.diffusers.pipelines import tiny_pipelines as tiny

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 8
PROMPT, NEGATIVE = "a red cat", "blurred"
GUIDED: dict[str, Any] = {"prompt": PROMPT, "negative_prompt": NEGATIVE}

PIPELINES: Mapping[str, Callable[[], DiffusionPipeline]] = {
    "dit": tiny.tiny_dit,
    "ldm": tiny.tiny_ldm,
    "sd": tiny.tiny_sd,
    "sdxl": tiny.tiny_sdxl,
    "lcm": tiny.tiny_lcm,
    "sdxl-lcm": tiny.tiny_sdxl_lcm,
}

SOLVERS: Mapping[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "ddim": (DDIMScheduler, {}, {}),
    "dpm-solver++": (DPMSolverMultistepScheduler, {}, {"order": 2}),
    "unipc": (UniPCMultistepScheduler, {}, {"order": 2}),
    "euler": (EulerDiscreteScheduler, {"timestep_spacing": "leading"}, {}),
    "plms": (PNDMScheduler, {"skip_prk_steps": True}, {}),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of each pipeline, saved when it is first asked for; none may be changed."""
    place = tmp_path_factory.mktemp("pipelines")

    def folder(name: str) -> Path:
        if not (place / name).exists():
            PIPELINES[name]().save_pretrained(place / name)
        return place / name

    return folder


def noise(shape: tuple[int, ...], pictures: int) -> Tensor:
    return torch.randn((pictures, *shape), generator=torch.Generator().manual_seed(5))


def ours(
    denoiser: Denoiser, pipeline: DiffusionPipeline, solver: str, x: Tensor, seed: int | None = None, **options: object
) -> Tensor:
    """The last latents along the steps that the pipeline's scheduler takes, with the noise of a seed if it adds any."""
    config = {**pipeline.scheduler.config, "_class_name": type(pipeline.scheduler).__name__}
    spec = steps_of_config(config, denoiser.schedule, STEPS).spec
    return along(spec, denoiser, solver, x, seed, **options)


def along(
    spec: StepsSpec, denoiser: Denoiser, solver: str, x: Tensor, seed: int | None = None, **options: object
) -> Tensor:
    """The last latents along these steps."""
    levels = steps_asked_for(spec, denoiser.schedule, None if spec.is_list else STEPS).levels(denoiser.schedule)
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    *_, last = run(
        solver_table(solver, Steps.of_levels(levels, str(spec)), **options), denoiser, x, generator=generator
    )
    return last.x


def theirs(pipeline: DiffusionPipeline, x: Tensor, **options: object) -> Tensor:
    """The last latents of the pipeline's own run from the same noise."""
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline(latents=x, num_inference_steps=STEPS, output_type="latent", num_images_per_prompt=len(x), **options)
    return made.images


def difference(found: Tensor, expected: Tensor) -> float:
    """The largest difference over the largest value."""
    return float((found - expected).abs().max() / expected.abs().max())


@pytest.mark.parametrize("pictures", [1, 3])
@pytest.mark.parametrize("solver", SOLVERS)
def test_stable_diffusion_draws_what_its_pipeline_draws(
    folders: Callable[[str], Path], solver: str, pictures: int
) -> None:
    denoiser = read_checkpoint(folders("sd")).denoiser.conditioned(guidance=7.5, **GUIDED)
    pipeline, (scheduler, config, options) = tiny.tiny_sd(), SOLVERS[solver]
    pipeline.scheduler = scheduler.from_config(pipeline.scheduler.config, **config)
    x = noise(denoiser.shape, pictures)
    expected = theirs(pipeline, x, guidance_scale=7.5, **GUIDED)
    assert difference(ours(denoiser, pipeline, solver, x, **options), expected) < 1e-5


def test_stable_diffusion_2_draws_v(tmp_path: Path) -> None:
    scheduler = DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        prediction_type="v_prediction",
        steps_offset=1,
        clip_sample=False,
        set_alpha_to_one=False,
    )
    pipeline = tiny.tiny_sd(scheduler, use_linear_projection=True, attention_head_dim=(2, 4))
    pipeline.save_pretrained(tmp_path)
    found = read_checkpoint(tmp_path).denoiser
    assert found.prediction_type == "v_prediction"
    x = noise(found.shape, 2)
    expected = theirs(pipeline, x, guidance_scale=5.0, **GUIDED)
    assert difference(ours(found.conditioned(guidance=5.0, **GUIDED), pipeline, "ddim", x), expected) < 1e-5


@pytest.mark.parametrize("negative", ["", NEGATIVE])
def test_sdxl_knows_sizes_and_that_no_negative_prompt_is_zeros(folders: Callable[[str], Path], negative: str) -> None:
    denoiser, pipeline = read_checkpoint(folders("sdxl")).denoiser, tiny.tiny_sdxl()
    x = noise(denoiser.shape, 2)
    expected = theirs(pipeline, x, guidance_scale=5.0, prompt=PROMPT, negative_prompt=negative or None)
    guided = denoiser.conditioned(guidance=5.0, prompt=PROMPT, negative_prompt=negative)
    assert difference(ours(guided, pipeline, "euler", x), expected) < 1e-5


@pytest.mark.parametrize("pictures", [1, 3])
@pytest.mark.parametrize(("name", "scale"), [("lcm", None), ("sdxl-lcm", 3.0)])
def test_latent_consistency_models_are_told_their_guidance(
    folders: Callable[[str], Path], name: str, scale: float | None, pictures: int
) -> None:
    checkpoint, pipeline = read_checkpoint(folders(name)), PIPELINES[name]()
    assert checkpoint.denoiser.guidance == {"lcm": 8.5, "sdxl-lcm": 5.0}[name]
    assert "a negative one has no effect" in {row.key: str(row.text) for row in card_of(checkpoint)}["text"]
    denoiser = checkpoint.denoiser.conditioned(guidance=scale, **GUIDED)
    assert len(denoiser.terms) == 1
    x, asked = noise(denoiser.shape, pictures), {} if scale is None else {"guidance_scale": scale}
    found = ours(denoiser, pipeline, "lcm", x, seed=9)
    expected = theirs(pipeline, x, prompt=PROMPT, generator=torch.Generator().manual_seed(9), **asked)
    assert difference(found, expected) < 1e-5
    other = checkpoint.denoiser.conditioned(guidance=1.5, prompt=PROMPT)
    assert difference(ours(other, pipeline, "lcm", x, seed=9), expected) > 1e-3
    assert denoiser.decoder is not None
    with torch.no_grad():
        decoded = pipeline.vae.decode(expected / pipeline.vae.config.scaling_factor).sample
    assert difference(denoiser.decoder(found), decoded) < 1e-4


@pytest.mark.parametrize("timesteps", [None, [999, 749, 499, 249]])
def test_turbo_and_lightning_draw_by_their_prompt_alone(
    folders: Callable[[str], Path], timesteps: list[int] | None
) -> None:
    pipeline = tiny.tiny_sdxl()
    pipeline.scheduler = EulerDiscreteScheduler.from_config(pipeline.scheduler.config, timestep_spacing="trailing")
    denoiser = read_checkpoint(folders("sdxl")).denoiser.conditioned(guidance=0, **GUIDED)
    assert len(denoiser.terms) == 1
    x = noise(denoiser.shape, 1)
    if timesteps is None:
        found, asked = ours(denoiser, pipeline, "euler", x), {}
    else:
        spec = StepsSpec.parse(f"timesteps:{','.join(map(str, timesteps))}")
        found, asked = along(spec, denoiser, "euler", x), {"timesteps": timesteps}
    # There, steps that trail begin at σ times the noise, not at √(1 + σ²) times as the noised picture would.
    ahead = float((1 + denoiser.schedule.coefficients.sigmas[-1] ** -2.0) ** 0.5)
    assert difference(found, theirs(pipeline, x * ahead, prompt=PROMPT, guidance_scale=0.0, **asked)) < 1e-5


Asked = Mapping[str, Any]
RUNS: Mapping[str, tuple[str, Asked, Asked]] = {
    "a class": ("dit", {"class_labels": [7], "guidance_scale": 1.0}, {"label": 7, "guidance": 1.0}),
    "a guided class": ("dit", {"class_labels": [7], "guidance_scale": 4.0}, {"label": 7, "guidance": 4.0}),
    "anything": ("ldm", {"batch_size": 1}, {}),
    "a prompt": ("sd", {"prompt": PROMPT, "guidance_scale": 3.0}, {"prompt": PROMPT, "guidance": 3.0}),
}
"""The pipeline, what it is asked for, and what the network is here."""


@pytest.mark.parametrize("what", RUNS)
def test_pictures_are_those_of_the_pipeline(folders: Callable[[str], Path], what: str) -> None:
    """From the same generator, by which those pipelines draw their noise that take none."""
    name, asked, conditioned = RUNS[what]
    denoiser, pipeline = read_checkpoint(folders(name)).denoiser, PIPELINES[name]()
    pipeline.set_progress_bar_config(disable=True)
    made = pipeline(**asked, generator=torch.Generator().manual_seed(5), num_inference_steps=STEPS, output_type="np")
    latents = ours(denoiser.conditioned(**conditioned), pipeline, "ddim", noise(denoiser.shape, 1))
    assert denoiser.decoder is not None
    pictures = (denoiser.decoder(latents) / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
    # A codebook takes the nearest of its vectors, which rounding decides where two are as near.
    np.testing.assert_allclose(pictures, made.images, atol=1e-2 if name == "ldm" else 1e-4)


def test_the_card_says_every_component_and_that_latents_are_no_pictures(folders: Callable[[str], Path]) -> None:
    checkpoint = read_checkpoint(folders("sdxl"))
    assert [str(note) for note in checkpoint.assumed] == ["guidance 5, as in diffusers' own pipeline"]
    rows = {row.key: str(row.text) for row in card_of(checkpoint)}
    assert rows["family"] == "diffusers pipeline"
    assert rows["network"] == "UNet2DConditionModel"
    assert rows["autoencoder"] == "AutoencoderKL, 11 827 parameters, 0.0 MiB in float32"
    assert "CLIPTextModel, " in rows["text_encoder"]
    assert "CLIPTextModelWithProjection, " in rows["text_encoder_2"]


def test_sizes_are_said_in_pixels(folders: Callable[[str], Path]) -> None:
    """The tiny autoencoder has pictures of twice the sides of their latents."""
    checkpoint = read_checkpoint(folders("sdxl"), Answers(size=(40, 24)))
    assert checkpoint.denoiser.shape == (4, 12, 20)
    rows = {row.key: (str(row.text), row.origin) for row in card_of(checkpoint)}
    assert rows["size"] == ("40 × 24 pixels", Origin.GIVEN)
    assert rows["shape"] == ("4 × 12 × 20", Origin.GIVEN)
    assert checkpoint.denoiser.terms[0].keywords["time_ids"].tolist() == [[24, 40, 0, 0, 24, 40]]
    with pytest.raises(CheckpointError, match=r"size is 41x24, .* multiples of 2 pixels; use 40x24 or 42x24\."):
        read_checkpoint(folders("sdxl"), Answers(size=(41, 24)))
    with pytest.raises(CheckpointError, match=r"multiples of 2 pixels; use 2x24\."):
        read_checkpoint(folders("sdxl"), Answers(size=(1, 24)))


def test_the_folder_of_the_network_opens_the_pipeline_around_it(folders: Callable[[str], Path]) -> None:
    assert read_checkpoint(folders("dit") / "transformer").denoiser.decoder is not None
    assert read_checkpoint(folders("ldm") / "model_index.json").denoiser.decoder is not None


def test_half_precision_and_old_names_are_read(folders: Callable[[str], Path], tmp_path: Path) -> None:
    pipeline = tiny.tiny_sd().to(dtype=torch.float16)
    pipeline.save_pretrained(tmp_path, variant="fp16")
    checkpoint = read_checkpoint(tmp_path)
    whole = read_checkpoint(folders("sd")).denoiser
    x, told = noise(whole.shape, 1), torch.tensor([500.0])
    prompted = [each.conditioned(prompt=PROMPT) for each in (checkpoint.denoiser, whole)]
    found, expected = (each.network(x, told, **each.terms[0].keywords) for each in prompted)
    assert 0 < difference(found, expected) < 0.02
    assert any("fp16" in str(note) for note in checkpoint.assumed)


def _without_weights(folder: Path) -> None:
    (folder / "vae" / "diffusion_pytorch_model.safetensors").unlink()


def _truncated(folder: Path) -> None:
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def _without_tokenizer(folder: Path) -> None:
    shutil.rmtree(folder / "tokenizer")


def _with_other_texts(folder: Path) -> None:
    tiny.tiny_text_encoder(hidden_size=48).save_pretrained(folder / "text_encoder")


def _with_other_latents(folder: Path) -> None:
    tiny.tiny_autoencoder(latent_channels=8).save_pretrained(folder / "vae")


def _changed(part: str, **values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / part / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return change


def _with_vocabulary(change: Callable[[dict[str, int]], object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "tokenizer" / "tokenizer.json"
        whole = json.loads(path.read_text())
        change(whole["model"]["vocab"])
        path.write_text(json.dumps(whole))

    return spoil


def _drop_ends(vocabulary: dict[str, int]) -> None:
    del vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]
    vocabulary.update({f"word {place}": place for place in range(len(vocabulary), 600)})


_without_ends = _with_vocabulary(_drop_ends)
_with_half_a_letter = _with_vocabulary(lambda vocabulary: vocabulary.update({"\ud800": 550}))


BROKEN: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "no weights of the autoencoder": ("vae has no weights", _without_weights),
    "truncated weights": ("diffusion_pytorch_model.safetensors", _truncated),
    "no tokenizer": ("vocab.json is missing", _without_tokenizer),
    "the text encoder of another model": ("its text encoder gives 48", _with_other_texts),
    "other shapes": ("asks for", _changed("unet", norm_num_groups=2, block_out_channels=[4, 16])),
    "an autoencoder of a stranger": ("is a Evil", _changed("vae", _class_name="Evil")),
    "a text encoder of a stranger": ("is a T5EncoderModel", _changed("text_encoder", architectures=["T5EncoderModel"])),
    "the autoencoder of another model": ("its autoencoder takes 8", _with_other_latents),
    "endless layers": ("layers_per_block", _changed("unet", layers_per_block=10**9)),
    "a size beyond all": ("sample_size", _changed("unet", sample_size=10**9)),
    "no numbers": ("norm_eps", _changed("unet", norm_eps=float("nan"))),
    "in-painting": ("9 channels in and 4 out", _changed("unet", in_channels=9)),
    "the network of another class": ("is of a UNet3D", _changed("unet", _class_name="UNet3DConditionModel")),
    "padding beyond all": ("downsample_padding", _changed("unet", downsample_padding=10**4)),
    "means of too few channels": ("one for each channel", _changed("vae", latents_mean=[0.5] * 3)),
    "means that are no numbers": ("one for each channel", _changed("vae", latents_mean=["x"] * 4)),
    "a vocabulary without its ends": ("has 602 tokens", _without_ends),
    "a token that is no text": ("CLIPTokenizer", _with_half_a_letter),
    "an unknown activation": ("can be built", _changed("unet", act_fn="__import__('os')")),
}


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_folder_is_told_in_one_sentence(folders: Callable[[str], Path], tmp_path: Path, wrong: str) -> None:
    said, spoil = BROKEN[wrong]
    shutil.copytree(folders("sd"), tmp_path / "sd")
    spoil(tmp_path / "sd")
    with pytest.raises(CheckpointError) as raised:
        read_checkpoint(tmp_path / "sd")
    assert said in str(raised.value)
    assert str(raised.value).endswith(".")


def test_places_of_huge_latents_are_not_computed(folders: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copytree(folders("dit"), tmp_path / "dit")
    _changed("transformer", sample_size=8192, _class_name="Transformer2DModel")(tmp_path / "dit")
    with pytest.raises(CheckpointError, match="268435456 numbers would be computed"):
        read_checkpoint(tmp_path / "dit")


def test_a_text_encoder_that_fails_says_so(folders: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copytree(folders("sd"), tmp_path / "sd")
    _changed("text_encoder", eos_token_id=None)(tmp_path / "sd")
    with pytest.raises(SamplingError, match="The prompt cannot be encoded: "):
        read_checkpoint(tmp_path / "sd").denoiser.conditioned(prompt=PROMPT)
