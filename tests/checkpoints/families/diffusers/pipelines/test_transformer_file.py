"""Flux and Stable Diffusion 3 in one file are those of their folders, wherever their other parts are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.loaders.single_file_utils import convert_sd3_transformer_checkpoint_to_diffusers
from huggingface_hub import constants
from safetensors.torch import save_file
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, UnsupportedError, read_checkpoint
from ddpm_studio.checkpoints.card import card_of
from ddpm_studio.checkpoints.checkpoint import Checkpoint
from ddpm_studio.checkpoints.families.diffusers.pipelines.folder_pipeline import tensors_in
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file import transformer_file
from ddpm_studio.checkpoints.opening import schedule_in
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.pipelines import original_transformer_files as files
from tests.checkpoints.families.diffusers.pipelines.original_files import original_autoencoder, plain
from tests.checkpoints.families.diffusers.pipelines.original_transformer_files import Tensors, cloned
from tests.checkpoints.families.diffusers.pipelines.test_hosted import noise
from tests.checkpoints.families.diffusers.pipelines.test_transformers_hosted import PROMPT, assumptions, ours

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SMALL = Answers(shape=(8, 8))
FLUX_PARTS = ("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
SD3_WORDS = ("tokenizer", "tokenizer_2", "tokenizer_3")


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transformers")


@pytest.fixture(scope="module")
def flux(place: Path) -> Any:
    """Flux dev, which is in the folder flux, too."""
    pipeline = files.flux()
    pipeline.save_pretrained(place / "flux")
    return pipeline


@pytest.fixture(scope="module")
def sd3(place: Path) -> Any:
    """Stable Diffusion 3, which is in the folder sd3, too."""
    pipeline = files.sd3()
    pipeline.save_pretrained(place / "sd3")
    return pipeline


def written(folder: Path, tensors: Tensors, beside: Path | None = None, parts: tuple[str, ...] = ()) -> Path:
    """The file of these tensors, with links beside it to parts of a pipeline."""
    folder.mkdir(exist_ok=True)
    save_file(cloned(tensors), folder / "model.safetensors")
    for part in parts:
        assert beside is not None
        (folder / part).symlink_to(beside / part, target_is_directory=True)
    return folder / "model.safetensors"


def check_same(found: Checkpoint, whole: Checkpoint) -> None:
    """Both are one model, to the bit."""
    assert found.denoiser.schedule == whole.denoiser.schedule
    for ours_, theirs in (
        (found.denoiser.network, whole.denoiser.network),
        (found.denoiser.decoder, whole.denoiser.decoder),
    ):
        assert isinstance(ours_, nn.Module)
        assert isinstance(theirs, nn.Module)
        expected = theirs.state_dict()
        assert ours_.state_dict().keys() == expected.keys()
        assert all(torch.equal(each, expected[key]) for key, each in ours_.state_dict().items())
    assert torch.equal(latents(found), latents(whole))


def latents(checkpoint: Checkpoint) -> Tensor:
    """The last latents of a run."""
    denoiser = checkpoint.denoiser.conditioned(prompt=PROMPT, guidance=3.0)
    return ours(checkpoint, denoiser, "euler", noise(denoiser.shape, 1))


def test_stable_diffusion_3_with_all_its_parts(place: Path, sd3: Any, tmp_path: Path) -> None:
    tensors = files.sd3_tensors(sd3)
    convert: Any = convert_sd3_transformer_checkpoint_to_diffusers
    reference = convert(files.original_sd3(sd3.transformer))
    expected = sd3.transformer.state_dict()
    assert all(torch.equal(each, expected[name]) for name, each in reference.items())
    found = read_checkpoint(written(tmp_path / "a", tensors, place / "sd3", SD3_WORDS), SMALL)
    check_same(found, read_checkpoint(place / "sd3", SMALL))
    rows = {row.key: str(row.text) for row in card_of(found)}
    assert rows["family"] == "Flux or Stable Diffusion 3 in one file"
    assert rows["text_encoder_3"].startswith("T5EncoderModel, ")
    assert assumptions(found)[1] == "schedule flow:T=1000,shift=3, that of Stable Diffusion 3"


def test_stable_diffusion_3_without_t5_and_without_encoders(place: Path, sd3: Any, tmp_path: Path) -> None:
    tensors = {name: each for name, each in files.sd3_tensors(sd3).items() if ".t5xxl." not in name}
    found = read_checkpoint(written(tmp_path / "a", tensors, place / "sd3", SD3_WORDS[:2]), SMALL)
    assert any(each.startswith("zeros in place of the words of T5") for each in assumptions(found))
    few = {name: each for name, each in tensors.items() if ".clip_g." not in name}
    with pytest.raises(UnsupportedError, match=r"no second text encoder, .* put clip_g\.safetensors or the"):
        read_checkpoint(written(tmp_path / "b", few, place / "sd3", SD3_WORDS[:2]))


def test_flux_with_the_parts_of_a_folder_beside_it(place: Path, flux: Any, tmp_path: Path) -> None:
    tensors = files.original_flux(flux.transformer)
    found = read_checkpoint(written(tmp_path / "a", tensors, place / "flux", FLUX_PARTS), SMALL)
    check_same(found, read_checkpoint(place / "flux", SMALL))
    assert found.denoiser.tells_guidance is not None
    assert assumptions(found)[1:] == [
        "prediction type flow_prediction, as Flux has it",
        "shift 1.583 for 16 patches, since use_dynamic_shifting has one for each size",
        "guidance 3.5, as in diffusers' own pipeline",
    ]


def test_flux_with_the_files_that_its_makers_published(
    place: Path, flux: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flux schnell, whose tensors are those of dev but for guidance; each file beside it is read once."""
    opened: list[str] = []

    def noted(file: Path) -> Any:
        opened.append(file.name)
        return tensors_in(file)

    monkeypatch.setattr(transformer_file, "tensors_in", noted)
    folder, network = tmp_path / "a", files.original_flux(flux.transformer)
    schnell = {f"model.diffusion_model.{name}": each for name, each in network.items() if "guidance_in" not in name}
    path = written(folder, schnell, place / "flux", ("tokenizer", "tokenizer_2"))
    save_file(cloned(original_autoencoder(flux)), folder / "ae.safetensors")
    (folder / "text_encoders").mkdir()
    clip = {f"text_model.{name}": each for name, each in plain(flux.text_encoder).items()}
    projected = {**clip, "text_projection.weight": torch.eye(64), "logit_scale": torch.tensor(4.6)}
    save_file(cloned(projected), folder / "text_encoders" / "clip_l.safetensors")
    save_file(cloned(files.t5_tensors(flux.text_encoder_2)), folder / "text_encoders" / "t5xxl_fp16.safetensors")
    found = read_checkpoint(path, SMALL)
    assert sorted(opened) == ["ae.safetensors", "clip_l.safetensors", "t5xxl_fp16.safetensors"]
    whole = read_checkpoint(place / "flux", SMALL)
    assert str(found.denoiser.schedule) == "flow:T=1000,shift=1"
    prompts = [each.denoiser.conditioned(prompt=PROMPT).terms[0].keywords for each in (found, whole)]
    for name in ("encoder_hidden_states", "pooled_projections"):
        assert torch.equal(prompts[0][name], prompts[1][name])
    x = noise(found.denoiser.shape, 1)
    assert found.denoiser.decoder is not None
    assert whole.denoiser.decoder is not None
    assert torch.equal(found.denoiser.decoder(x), whole.denoiser.decoder(x))


def test_flux_with_the_parts_of_a_pipeline_in_the_cache(place: Path, flux: Any, tmp_path: Path) -> None:
    cached = tmp_path / "hub" / "models--black-forest-labs--FLUX.1-dev"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("abc")
    (cached / "snapshots").mkdir()
    (cached / "snapshots" / "abc").symlink_to(place / "flux", target_is_directory=True)
    path = written(tmp_path / "a", files.original_flux(flux.transformer))
    check_same(read_checkpoint(path, SMALL), read_checkpoint(place / "flux", SMALL))


REFUSED: dict[str, tuple[str, Callable[[Tensors], Tensors], tuple[str, ...]]] = {
    "no autoencoder": (
        "the file has no autoencoder, and none is found; put ae.safetensors or the folder vae of black-forest-labs",
        dict,
        FLUX_PARTS[1:],
    ),
    "no words of T5": ("no vocabulary of T5, and none is found; put the folder tokenizer_2 of", dict, FLUX_PARTS[:4]),
    "in-painting": (
        "32 channels in and 16 out",
        lambda tensors: {**tensors, "img_in.weight": torch.zeros(32, 32)},
        FLUX_PARTS,
    ),
    "a tensor less": (
        "single_transformer_blocks.0.attn.to_k.weight",
        lambda tensors: {**tensors, "single_blocks.0.linear1.weight": torch.zeros(32, 32)},
        FLUX_PARTS,
    ),
    "a tensor more": ("holds more.weight", lambda tensors: {**tensors, "more.weight": torch.zeros(2)}, FLUX_PARTS),
    "no shapes": (
        "do not make a network",
        lambda tensors: {**tensors, "double_blocks.0.img_attn.norm.query_norm.scale": torch.zeros(2, 2)},
        FLUX_PARTS,
    ),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_cannot_be_read_of_a_transformer_is_told(place: Path, flux: Any, tmp_path: Path, wrong: str) -> None:
    said, spoiled, parts = REFUSED[wrong]
    path = written(tmp_path / "a", spoiled(files.original_flux(flux.transformer)), place / "flux", parts)
    with pytest.raises(CheckpointError) as raised:
        read_checkpoint(path, SMALL)
    assert said in str(raised.value)
    assert str(raised.value).endswith(".")
    assert str(schedule_in(str(path))) == "flow:T=1000,shift=3.16"
