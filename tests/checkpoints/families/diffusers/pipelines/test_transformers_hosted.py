"""Transformers guided by T5: Stable Diffusion 3, PixArt and Flux against their pipelines' own runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler, FluxPipeline, PixArtSigmaPipeline
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, read_checkpoint
from ddpm_studio.checkpoints.card import card_of
from ddpm_studio.checkpoints.checkpoint import Checkpoint
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.steps.asked_steps import steps_asked_for
from ddpm_studio.sampling import Denoiser, run
from ddpm_studio.sampling.latent_preview import KNOWN
from tests.checkpoints.families.diffusers.pipelines import tiny_transformers as tiny
from tests.checkpoints.families.diffusers.pipelines.test_hosted import difference, noise
from tests.checkpoints.families.diffusers.pipelines.tiny_pipelines import tiny_text_encoder

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STEPS = 4
PROMPT, NEGATIVE = "a Red cat", "blurred"
GUIDED: Mapping[str, Any] = {"prompt": PROMPT, "negative_prompt": NEGATIVE}

PIPELINES: Mapping[str, Callable[[], DiffusionPipeline]] = {
    "sd3": tiny.tiny_sd3,
    "sd3 without t5": lambda: tiny.tiny_sd3(t5=False),
    "pixart-alpha": tiny.tiny_pixart,
    "pixart-sigma": lambda: tiny.tiny_pixart(PixArtSigmaPipeline),
    "flux dev": tiny.tiny_flux,
    "flux schnell": lambda: tiny.tiny_flux(FlowMatchEulerDiscreteScheduler(), guidance_embeds=False),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of each pipeline, saved when it is first asked for; none may be changed."""
    place = tmp_path_factory.mktemp("transformers")

    def folder(name: str) -> Path:
        if not (place / name).exists():
            PIPELINES[name]().save_pretrained(place / name)
        return place / name

    return folder


def spacing(checkpoint: Checkpoint) -> str:
    """The steps that the card says its scheduler takes."""
    return next(str(row.text) for row in card_of(checkpoint) if row.key == "spacing")


def ours(checkpoint: Checkpoint, denoiser: Denoiser, solver: str, x: Tensor, **options: object) -> Tensor:
    """The last latents along the steps that the card says."""
    spec = StepsSpec.parse(spacing(checkpoint))
    levels = steps_asked_for(spec, denoiser.schedule, STEPS).levels(denoiser.schedule)
    *_, last = run(solver_table(solver, Steps.of_levels(levels, str(spec)), **options), denoiser, x)
    return last.x


def theirs(pipeline: DiffusionPipeline, x: Tensor, **options: object) -> Any:
    """What the pipeline's own run makes of the same noise."""
    pipeline.set_progress_bar_config(disable=True)
    return pipeline(latents=x, num_inference_steps=STEPS, num_images_per_prompt=len(x), **options).images


def check_pictures(denoiser: Denoiser, latents: Tensor, expected: np.ndarray) -> None:
    """The pictures of latents are those of the pipeline."""
    assert denoiser.decoder is not None
    pictures = (denoiser.decoder(latents) / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(pictures, expected, atol=1e-4)


def assumptions(checkpoint: Checkpoint) -> list[str]:
    return [str(note) for note in checkpoint.assumed]


@pytest.mark.parametrize("name", ["sd3", "sd3 without t5"])
def test_stable_diffusion_3_draws_what_its_pipeline_draws(folders: Callable[[str], Path], name: str) -> None:
    checkpoint, pipeline = read_checkpoint(folders(name)), PIPELINES[name]()
    denoiser = checkpoint.denoiser.conditioned(guidance=7.0, **GUIDED)
    assert str(denoiser.schedule) == "flow:T=1000,shift=3"
    for pictures in (1, 3):
        x = noise(denoiser.shape, pictures)
        latents = ours(checkpoint, denoiser, "euler", x)
        expected = theirs(pipeline, x, guidance_scale=7.0, output_type="latent", **GUIDED)
        assert difference(latents, expected) < 1e-5
    check_pictures(denoiser, latents, theirs(pipeline, x, guidance_scale=7.0, output_type="np", **GUIDED))
    told = ["guidance 7, as in diffusers' own pipeline"]
    if name == "sd3":
        assert denoiser.texts is not None
        assert denoiser.texts.tokens(PROMPT) == (8, 256)
        assert denoiser.preview is KNOWN["sd3"]
        rows = {row.key: str(row.text) for row in card_of(checkpoint)}
        assert rows["text_encoder_3"].startswith("T5EncoderModel, ")
    else:
        told.insert(0, "zeros in place of the words of T5, which is not there")
    assert assumptions(checkpoint) == told


def test_a_flow_is_shifted_for_the_size_of_the_picture(folders: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copytree(folders("sd3"), tmp_path / "sd3")
    scheduler = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, base_shift=0.4)
    scheduler.save_pretrained(tmp_path / "sd3" / "scheduler")
    pipeline = PIPELINES["sd3"]()
    pipeline.scheduler = scheduler
    checkpoint = read_checkpoint(tmp_path / "sd3", Answers(shape=(12, 8)))
    assert assumptions(checkpoint)[0].startswith("shift 1.426 for 24 patches, since use_dynamic_shifting has one for ")
    x = noise(checkpoint.denoiser.shape, 1)
    expected = theirs(pipeline, x, height=24, width=16, prompt=PROMPT, guidance_scale=1.0, output_type="latent")
    found = ours(checkpoint, checkpoint.denoiser.conditioned(prompt=PROMPT, guidance=1.0), "euler", x)
    assert difference(found, expected) < 1e-5


@pytest.mark.parametrize("name", ["pixart-alpha", "pixart-sigma"])
def test_pixart_draws_what_its_pipeline_draws(folders: Callable[[str], Path], name: str) -> None:
    checkpoint, pipeline = read_checkpoint(folders(name)), PIPELINES[name]()
    denoiser = checkpoint.denoiser.conditioned(guidance=4.5, **GUIDED)
    plain = {"use_resolution_binning": False, "clean_caption": False, "guidance_scale": 4.5, **GUIDED}
    for pictures in (1, 3):
        x = noise(denoiser.shape, pictures)
        latents = ours(checkpoint, denoiser, "dpm-solver++", x, order=2)
        assert difference(latents, theirs(pipeline, x, output_type="latent", **plain)) < 1e-5
    check_pictures(denoiser, latents, theirs(pipeline, x, output_type="np", **plain))
    assert denoiser.texts is not None
    assert denoiser.texts.tokens(PROMPT) == (5, 120 if name == "pixart-alpha" else 300)
    assert assumptions(checkpoint) == ["guidance 4.5, as in diffusers' own pipeline"]


def test_pixart_is_told_the_size_of_the_picture(tmp_path: Path) -> None:
    pipeline = tiny.tiny_pixart(sample_size=128)
    pipeline.save_pretrained(tmp_path)
    checkpoint = read_checkpoint(tmp_path, Answers(shape=(8, 12)))
    x = noise(checkpoint.denoiser.shape, 1)
    plain = {"use_resolution_binning": False, "clean_caption": False, "guidance_scale": 1.0, "prompt": PROMPT}
    expected = theirs(pipeline, x, output_type="latent", height=16, width=24, **plain)
    denoiser = checkpoint.denoiser.conditioned(guidance=1.0, prompt=PROMPT)
    assert difference(ours(checkpoint, denoiser, "dpm-solver++", x, order=2), expected) < 1e-5


SMALL = Answers(shape=(12, 8))
FEW_PIXELS = {"height": 24, "width": 16, "prompt": PROMPT}


def packed(x: Tensor) -> Tensor:
    """Latents as Flux's pipeline has them."""
    return FluxPipeline._pack_latents(x, *x.shape)


@pytest.mark.parametrize("name", ["flux dev", "flux schnell"])
def test_flux_draws_what_its_pipeline_draws(folders: Callable[[str], Path], name: str) -> None:
    checkpoint, pipeline = read_checkpoint(folders(name), SMALL), PIPELINES[name]()
    scale = {"guidance_scale": 3.5}
    denoiser = checkpoint.denoiser.conditioned(prompt=PROMPT)
    for pictures in (1, 3):
        x = noise(denoiser.shape, pictures)
        latents = ours(checkpoint, denoiser, "euler", x)
        expected = theirs(pipeline, packed(x), output_type="latent", **scale, **FEW_PIXELS)
        assert difference(packed(latents), expected) < 1e-5
    check_pictures(denoiser, latents, theirs(pipeline, packed(x), output_type="np", **scale, **FEW_PIXELS))
    assert spacing(checkpoint) == "flow_shift"
    if name == "flux dev":
        assert assumptions(checkpoint) == [
            "shift 1.585 for 24 patches, since use_dynamic_shifting has one for each size",
            "guidance 3.5, as in diffusers' own pipeline",
        ]
    else:
        assert assumptions(checkpoint) == []


def test_flux_is_told_guidance_as_a_number(folders: Callable[[str], Path]) -> None:
    denoiser = read_checkpoint(folders("flux dev"), SMALL).denoiser
    (told,) = denoiser.conditioned(prompt=PROMPT, guidance=6.0).terms
    assert told.weight == 1
    assert told.keywords["guidance"].tolist() == [6.0]
    (usual,) = denoiser.terms
    assert usual.keywords["guidance"].tolist() == [3.5]


def test_flux_schnell_is_guided_away_from_a_prompt(folders: Callable[[str], Path]) -> None:
    checkpoint, pipeline = read_checkpoint(folders("flux schnell"), SMALL), PIPELINES["flux schnell"]()
    x = noise(checkpoint.denoiser.shape, 1)
    found = ours(checkpoint, checkpoint.denoiser.conditioned(guidance=2.0, **GUIDED), "euler", x)
    asked = {**FEW_PIXELS, "true_cfg_scale": 2.0, "negative_prompt": NEGATIVE}
    assert difference(packed(found), theirs(pipeline, packed(x), output_type="latent", **asked)) < 1e-5


def changed(part: str, name: str = "config.json", **values: object) -> Callable[[Path], None]:
    """What changes fields of a part's settings."""

    def change(folder: Path) -> None:
        path = folder / part / name
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return change


def with_pieces(*pieces: object) -> Callable[[Path], None]:
    """What adds some to the pieces of T5's vocabulary."""

    def spoil(folder: Path) -> None:
        path = folder / "tokenizer_3" / "tokenizer.json"
        whole = json.loads(path.read_text())
        whole["model"]["vocab"].extend(pieces)
        path.write_text(json.dumps(whole))

    return spoil


def with_characters(table: str) -> Callable[[Path], None]:
    return changed("tokenizer_3", "tokenizer.json", normalizer={"type": "Precompiled", "precompiled_charsmap": table})


def without_vocabulary(folder: Path) -> None:
    (folder / "tokenizer_3" / "tokenizer.json").unlink()


def truncated(folder: Path) -> None:
    path = folder / "text_encoder_3" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def with_other(part: str, encoder: Callable[[], Any]) -> Callable[[Path], None]:
    """What puts another encoder in the place of a part."""
    return lambda folder: encoder().save_pretrained(folder / part)


def wider_clip() -> nn.Module:
    return tiny_text_encoder(hidden_size=48)


DYNAMIC = {"use_dynamic_shifting": True}
OF_SD3: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "no T5": ("config.json is missing", lambda folder: shutil.rmtree(folder / "text_encoder_3")),
    "no vocabulary of T5": ("tokenizer.json is missing", without_vocabulary),
    "a T5 of another width": ("its text encoder gives 32", with_other("text_encoder_3", tiny.tiny_t5)),
    "truncated T5": ("model.safetensors", truncated),
    "a text encoder of a stranger": ("is a Evil", changed("text_encoder_3", architectures=["Evil"])),
    "too many layers of T5": ("num_layers", changed("text_encoder_3", num_layers=10**9)),
    "endless words": ("shared.weight", changed("text_encoder_3", vocab_size=10**9)),
    "places without end": ("pos_embed", changed("transformer", pos_embed_max_size=10**6)),
    "endless layers": ("num_layers", changed("transformer", num_layers=10**9)),
    "a size beyond all": ("sample_size", changed("transformer", sample_size=10**6)),
    "a size beyond its places": ("use 16x12x12", changed("transformer", sample_size=64)),
    "texts of any width": ("context_embedder", changed("transformer", joint_attention_dim=10**9)),
    "vectors of any width": ("text_embedder", changed("transformer", pooled_projection_dim=10**9)),
    "no patches": ("that can be built", changed("transformer", patch_size=0)),
    "a piece without a score": ("tokenizer.json is broken", with_pieces("cat")),
    "a piece that is none": ("tokenizer.json is broken", with_pieces(["", 0.0])),
    "a score that is no number": ("tokenizer.json is broken", with_pieces(["x", float("nan")])),
    "pieces beyond the encoder": ("beside it knows 64", with_pieces(*([f"x{i}", -9.0] for i in range(32)))),
    "characters that lead nowhere": ("tokenizer.json is broken", with_characters("BAAAAP////9hAA==")),
    "characters in no code": ("tokenizer.json is broken", with_characters("é")),
    "a shift beyond all": ("give a shift of", changed("scheduler", "scheduler_config.json", max_shift=1e9, **DYNAMIC)),
    "a shift of nothing": (
        "give a shift of nan",
        changed("scheduler", "scheduler_config.json", max_image_seq_len=256, **DYNAMIC),
    ),
    "a shift that is no number": (
        "base_shift",
        changed("scheduler", "scheduler_config.json", base_shift="x", **DYNAMIC),
    ),
}

OF_OTHERS: Mapping[str, tuple[str, str, Callable[[Path], None]]] = {
    "no heads for so many axes": ("flux dev", "axes_dims_rope", changed("transformer", axes_dims_rope=[10**9, 4, 8])),
    "in-painting": (
        "flux dev",
        "96 channels in and 16 out",
        changed("transformer", in_channels=96, out_channels=16),
    ),
    "endless single layers": ("flux dev", "num_single_layers", changed("transformer", num_single_layers=10**9)),
    "no guidance": ("flux dev", "guidance_embedder", changed("transformer", guidance_embeds=False)),
    "the T5 of another model": ("flux dev", "gives 80", with_other("text_encoder_2", lambda: tiny.tiny_t5(80))),
    "the CLIP of another model": (
        "flux dev",
        "gives 48",
        with_other("text_encoder", wider_clip),
    ),
    "words of any number": ("flux dev", "would be computed", changed("text_encoder", max_position_embeddings=10**9)),
    "captions of any width": ("pixart-alpha", "caption_projection", changed("transformer", caption_channels=10**9)),
    "places of huge latents": ("pixart-alpha", "would be computed", changed("transformer", sample_size=8192)),
    "latents beyond all": ("pixart-alpha", "sample_size", changed("transformer", sample_size=10**6)),
    "sizes that it never knew": (
        "pixart-alpha",
        "lacks adaln_single",
        changed("transformer", use_additional_conditions=True),
    ),
    "the T5 of no model": ("pixart-alpha", "gives 80", with_other("text_encoder", lambda: tiny.tiny_t5(80))),
}
BROKEN = {**{wrong: ("sd3", *case) for wrong, case in OF_SD3.items()}, **OF_OTHERS}
"""The pipeline, what is said of it, and what spoils it."""


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_folder_is_told_in_one_sentence(folders: Callable[[str], Path], tmp_path: Path, wrong: str) -> None:
    name, said, spoil = BROKEN[wrong]
    shutil.copytree(folders(name), tmp_path / "model")
    spoil(tmp_path / "model")
    with pytest.raises(StudioError) as raised:
        read_checkpoint(tmp_path / "model")
    assert said in str(raised.value)
    assert str(raised.value).endswith(".")


def test_a_size_that_cannot_be_cut_into_patches_is_told_with_the_next(folders: Callable[[str], Path]) -> None:
    for name, remedy in (("flux dev", "4x10x8"), ("pixart-alpha", "4x10x8"), ("sd3", "16x10x8")):
        with pytest.raises(StudioError, match=f"cannot be cut so; use {remedy}"):
            read_checkpoint(folders(name), Answers(shape=(9, 8)))
