"""Models in one file are those of their folders: networks to the bit, and latents of a run."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save_file

from ddpm_studio.checkpoints import Answers, UnansweredError, UnsupportedError, read_checkpoint
from ddpm_studio.checkpoints.card import card_of
from ddpm_studio.checkpoints.opening import schedule_in
from ddpm_studio.checkpoints.trying import candidates
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import Denoiser, run
from tests.checkpoints.families.diffusers.pipelines.original_files import MODELS, Tensors

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STABLE = Schedule.parse("scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012")
SMALL = Answers(shape=(16, 16))

Stored = Callable[[str], tuple[Path, Tensors]]


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """The folder of each model, with its vocabulary, and its tensors in their original names; none may be changed."""
    place = tmp_path_factory.mktemp("models")
    made: dict[str, Tensors] = {}

    def both(name: str) -> tuple[Path, Tensors]:
        if name not in made:
            pipeline, tensors_of = MODELS[name][0](), MODELS[name][1]
            pipeline.save_pretrained(place / name)
            made[name] = tensors_of(pipeline)
        return place / name, made[name]

    return both


def written(folder: Path, tensors: Tensors, vocabulary: Path | None = None) -> Path:
    """The file of these tensors, beside a vocabulary if one is given."""
    save_file(tensors, folder / "model.safetensors")
    if vocabulary is not None:
        (folder / "tokenizer").symlink_to(vocabulary / "tokenizer", target_is_directory=True)
    return folder / "model.safetensors"


def latents(denoiser: Denoiser) -> torch.Tensor:
    """The last latents of three guided steps."""
    guided = denoiser.conditioned(guidance=5.0, prompt="a red cat", negative_prompt="blurred")
    x = torch.randn((2, *denoiser.shape), generator=torch.Generator().manual_seed(5))
    *_, last = run(solver_table("ddim", Steps.from_spacing(denoiser.schedule, 3, "leading")), guided, x)
    return last.x


@pytest.mark.parametrize("name", MODELS)
def test_it_is_the_model_of_its_folder(stored: Stored, tmp_path: Path, name: str) -> None:
    folder, tensors = stored(name)
    said = Answers(shape=(16, 16), prediction_type="v_prediction") if name == "sd2" else SMALL
    found = read_checkpoint(written(tmp_path, tensors, folder), said)
    whole = read_checkpoint(folder).denoiser
    assert found.denoiser.schedule == whole.schedule == STABLE
    assert found.denoiser.prediction_type == whole.prediction_type
    assert found.denoiser.guidance == whole.guidance == {"lcm": 8.5, "sdxl": 5.0}.get(name, 7.5)
    for ours, theirs in ((found.denoiser.network, whole.network), (found.denoiser.decoder, whole.decoder)):
        assert isinstance(ours, torch.nn.Module)
        assert isinstance(theirs, torch.nn.Module)
        expected = theirs.state_dict()
        assert ours.state_dict().keys() == expected.keys()
        assert all(torch.equal(each, expected[key]) for key, each in ours.state_dict().items())
    assert torch.equal(latents(found.denoiser), latents(whole))
    rows = {row.key: str(row.text) for row in card_of(found)}
    assert rows["family"] == "Stable Diffusion in one file"
    assert "AutoencoderKL" in rows["autoencoder"]


def test_what_stable_diffusion_2_predicts_is_asked(stored: Stored, tmp_path: Path) -> None:
    folder, tensors = stored("sd2")
    path = written(tmp_path, tensors, folder)
    with pytest.raises(UnansweredError, match="give --prediction-type v_prediction") as raised:
        read_checkpoint(path)
    assert raised.value.schedule == STABLE
    assert [each.prediction_type for each in candidates(path)] == ["v_prediction", "epsilon"]
    assert read_checkpoint(path, Answers(prediction_type="epsilon")).denoiser.shape == (4, 64, 64)
    assert read_checkpoint(path, Answers(prediction_type="v_prediction")).denoiser.shape == (4, 96, 96)


def test_marks_of_comfyui_say_that_it_predicts_v_without_signal(stored: Stored, tmp_path: Path) -> None:
    folder, tensors = stored("sdxl")
    marks = {"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}
    found = read_checkpoint(written(tmp_path, {**tensors, **marks}, folder)).denoiser
    assert found.prediction_type == "v_prediction"
    assert found.schedule.coefficients.alphas_cumprod[-1] == 0
    assert found.shape == (4, 128, 128)


def test_a_checkpoint_of_training_has_a_schedule_and_averaged_weights(stored: Stored, tmp_path: Path) -> None:
    folder, tensors = stored("sd1")
    betas = torch.linspace(0.0015**0.5, 0.0195**0.5, 1000, dtype=torch.float64) ** 2
    trained = {name.removeprefix("model."): each for name, each in tensors.items() if name.startswith("model.")}
    averaged = {f"model_ema.{name.replace('.', '')}": each * 2 for name, each in trained.items()}
    counted = {"model_ema.decay": torch.tensor(0.999), "model_ema.num_updates": torch.tensor(7)}
    torch.save({"state_dict": {**tensors, **averaged, **counted, "betas": betas.float()}}, tmp_path / "model.ckpt")
    (tmp_path / "tokenizer").symlink_to(folder / "tokenizer", target_is_directory=True)
    found = read_checkpoint(tmp_path / "model.ckpt")
    assert str(found.denoiser.schedule) == "scaled_linear:T=1000,beta_start=0.0015,beta_end=0.0195"
    assert isinstance(found.denoiser.network, torch.nn.Module)
    weights = found.denoiser.network.state_dict()["unet.conv_in.weight"]
    assert torch.equal(weights, 2 * tensors["model.diffusion_model.input_blocks.0.0.weight"])
    assert any(str(row.text) == "averaged (EMA)" for row in card_of(found))


def _without(prefix: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {name: each for name, each in tensors.items() if not name.startswith(prefix)}


def _in_painting(tensors: Tensors) -> Tensors:
    name = "model.diffusion_model.input_blocks.0.0.weight"
    return {**tensors, name: torch.cat([tensors[name], tensors[name], tensors[name][:, :1]], 1)}


_LOST = "model.diffusion_model.middle_block.0.in_layers.2.w"
REFUSED: Mapping[str, tuple[str, Callable[[Tensors], Tensors]]] = {
    "no autoencoder": ("the file has no autoencoder (first_stage_model.*)", _without("first_stage_model.")),
    "no text encoder": ("the file has no text encoder (cond_stage_model", _without("cond_stage_model.")),
    "in-painting": ("9 channels in and 4 out", _in_painting),
    "EDM": ("the noise levels of EDM", lambda tensors: {**tensors, "edm_mean": torch.zeros(4)}),
    "a tensor less": ("lacks mid_block.resnets.0.conv1.weight", _without(_LOST)),
    "a tensor more": ("holds more.weight", lambda t: {**t, "model.diffusion_model.more.weight": torch.zeros(2)}),
    "no levels": ("do not make a network", _without("model.diffusion_model.input_blocks.1.0.")),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_cannot_be_read_is_told_in_one_sentence(stored: Stored, tmp_path: Path, wrong: str) -> None:
    said, spoiled = REFUSED[wrong]
    folder, tensors = stored("sd1")
    path = written(tmp_path, spoiled(tensors), folder)
    with pytest.raises(CheckpointError) as raised:
        read_checkpoint(path)
    assert said in str(raised.value)
    assert str(raised.value).endswith(".")
    if isinstance(raised.value, UnsupportedError) and wrong != "EDM":
        assert raised.value.schedule == STABLE


def test_a_truncated_file(stored: Stored, tmp_path: Path) -> None:
    folder, tensors = stored("sd1")
    path = written(tmp_path, tensors, folder)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"model\.safetensors .*download"):
        read_checkpoint(path)


def test_its_schedule_is_had_without_its_networks(stored: Stored, tmp_path: Path) -> None:
    """Nor its vocabulary, which is nowhere."""
    path = written(tmp_path, stored("sd1")[1])
    assert schedule_in(str(path)) == STABLE
    with pytest.raises(CheckpointError, match=r"put a folder tokenizer with vocab\.json and merges\.txt of openai"):
        read_checkpoint(path)


def test_the_vocabulary_of_a_library_is_read_without_importing_it(
    stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "site" / "open_clip"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text("raise RuntimeError")
    with gzip.open(library / "bpe_simple_vocab_16e6.txt.gz", "wt") as packed:
        packed.write("#version: 0.2\nr e\nre d</w>\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    denoiser = read_checkpoint(written(tmp_path, stored("sd1")[1])).denoiser
    assert denoiser.texts is not None
    assert denoiser.texts.tokens("red") == (3, 77)
