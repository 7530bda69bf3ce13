"""A diffusers folder opens as it was saved, however it was saved, and gives the outputs that diffusers gives."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import torch
from diffusers import DDIMScheduler, DDPMScheduler, DPMSolverMultistepScheduler, UNet2DModel
from diffusers.training_utils import EMAModel
from safetensors.torch import load_file, save_file
from torch import nn

from ddpm_studio.checkpoints import Answers, open_checkpoint, read_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import Denoiser, Thresholding
from tests.checkpoints.tiny import TINY, save_pipeline, tiny_unet

WEIGHTS = "diffusion_pytorch_model"


@pytest.fixture(scope="module")
def unet() -> UNet2DModel:
    return tiny_unet()


@pytest.fixture(scope="module")
def saved(unet: UNet2DModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pipeline(tmp_path_factory.mktemp("saved"), unet)


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(saved, tmp_path / "pipeline"))


def assert_same_outputs(
    denoiser: Denoiser, unet: UNet2DModel, rtol: float | None = None, atol: float | None = None
) -> None:
    x = torch.randn(3, *denoiser.shape, generator=torch.Generator().manual_seed(0))
    timesteps = torch.tensor([0.0, 17.5, 999.0])
    with torch.no_grad():
        expected = unet(x, timesteps).sample
        torch.testing.assert_close(denoiser.network(x, timesteps), expected, rtol=rtol, atol=atol)


def module(denoiser: Denoiser) -> nn.Module:
    assert isinstance(denoiser.network, nn.Module)
    return denoiser.network


def change(path: Path, **settings: object) -> None:
    """Set keys of a JSON file; None takes them out."""
    content = json.loads(path.read_text()) | settings
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))


def test_a_pipeline(saved: Path, unet: UNet2DModel) -> None:
    checkpoint = read_checkpoint(saved)
    assert (checkpoint.family, checkpoint.network) == ("diffusers folder", "UNet2DModel")
    assert checkpoint.parameters == sum(p.numel() for p in unet.parameters())
    assert checkpoint.assumed == ()
    denoiser = checkpoint.denoiser
    assert denoiser.schedule == Schedule("linear", 1000)
    assert (denoiser.prediction_type, denoiser.shape, denoiser.clip) == ("epsilon", (3, 8, 8), 1.0)
    assert not module(denoiser).training
    assert_same_outputs(denoiser, unet)


def test_any_file_or_folder_of_it_names_it(saved: Path, unet: UNet2DModel) -> None:
    for part in ("model_index.json", "unet", "unet/config.json", f"unet/{WEIGHTS}.safetensors"):
        checkpoint = read_checkpoint(saved / part)
        assert checkpoint.assumed == ()
        assert_same_outputs(checkpoint.denoiser, unet)


def test_a_bare_network_takes_the_schedule_of_ddpm(saved: Path, unet: UNet2DModel, tmp_path: Path) -> None:
    shutil.copytree(saved / "unet", tmp_path / "bare")
    checkpoint = read_checkpoint(str(tmp_path / "bare"))
    about = [note.about for note in checkpoint.assumed if "no scheduler_config.json" in str(note)]
    assert about == [("schedule",), ("prediction_type",), ("variance", "clip")]
    assert checkpoint.denoiser.schedule == Schedule("linear", 1000)
    assert_same_outputs(checkpoint.denoiser, unet)
    said = read_checkpoint(str(tmp_path / "bare"), Answers(schedule=Schedule("cosine", 50)))
    assert [note.about for note in said.assumed] == about[1:]
    assert said.denoiser.schedule == Schedule("cosine", 50)


def test_everything_in_one_folder(folder: Path, unet: UNet2DModel) -> None:
    change(folder / "scheduler" / "scheduler_config.json", beta_schedule="squaredcos_cap_v2")
    for path in (*(folder / "unet").iterdir(), *(folder / "scheduler").iterdir()):
        path.rename(folder / path.name)
    shutil.rmtree(folder / "unet")
    checkpoint = read_checkpoint(folder)
    assert checkpoint.denoiser.schedule == Schedule("cosine", 1000)
    assert_same_outputs(checkpoint.denoiser, unet)


@pytest.mark.parametrize(
    "options",
    [
        {"safe_serialization": False},
        {"max_shard_size": "60KB"},
        {"max_shard_size": "60KB", "safe_serialization": False},
    ],
    ids=["pickle", "shards", "pickled shards"],
)
def test_the_weights_are_found(folder: Path, unet: UNet2DModel, options: dict[str, object]) -> None:
    shutil.rmtree(folder / "unet")
    unet.save_pretrained(folder / "unet", **options)
    assert not (folder / "unet" / f"{WEIGHTS}.safetensors").exists()
    assert_same_outputs(open_checkpoint(folder), unet)


@pytest.mark.parametrize("options", [{}, {"max_shard_size": "30KB"}, {"safe_serialization": False}])
def test_a_variant_is_taken_where_there_is_no_other(
    folder: Path, unet: UNet2DModel, options: dict[str, object]
) -> None:
    shutil.rmtree(folder / "unet")
    UNet2DModel.from_config(unet.config).half().save_pretrained(folder / "unet", variant="fp16", **options)
    half = tiny_unet().half()
    half.save_pretrained(folder / "unet", variant="fp16", **options)
    checkpoint = read_checkpoint(folder)
    assert "the fp16 variant" in str(*checkpoint.assumed)
    assert {p.dtype for p in module(checkpoint.denoiser).parameters()} == {torch.float32}
    assert_same_outputs(checkpoint.denoiser, half.float(), rtol=1e-4, atol=1e-5)


def test_half_precision_weights_whose_sum_overflows_are_finite(folder: Path, unet: UNet2DModel) -> None:
    path = folder / "unet" / f"{WEIGHTS}.safetensors"
    tensors = {name: tensor.half() for name, tensor in load_file(path).items()}
    tensors["conv_in.weight"].fill_(60000.0)
    assert torch.isinf(tensors["conv_in.weight"].sum())
    save_file(tensors, path)
    assert 60000.0 in {float(p.max()) for p in module(open_checkpoint(folder)).parameters()}


def test_full_precision_comes_before_a_variant_and_safetensors_before_a_pickle(folder: Path, unet: UNet2DModel) -> None:
    (folder / "unet" / f"{WEIGHTS}.fp16.safetensors").write_bytes(b"not read")
    (folder / "unet" / f"{WEIGHTS}.bin").write_bytes(b"not read")
    checkpoint = read_checkpoint(folder)
    assert checkpoint.assumed == ()
    assert_same_outputs(checkpoint.denoiser, unet)


def test_attention_named_as_before_diffusers_0_15(folder: Path, unet: UNet2DModel) -> None:
    path = folder / "unet" / f"{WEIGHTS}.safetensors"
    tensors = load_file(path)
    old = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
    for new, name in old.items():
        tensors = {key.replace(f".{new}.", f".{name}."): value for key, value in tensors.items()}
    assert any(".query." in name for name in tensors)
    save_file(tensors, path)
    assert_same_outputs(open_checkpoint(folder), unet)


@pytest.mark.parametrize("prefix", ["", "module.", "ema.model."])
def test_a_tensor_that_is_wrong_has_the_name_that_it_has_in_the_file(folder: Path, prefix: str) -> None:
    """Be it of before diffusers 0.15, or under a prefix; and what is missing that which it would have."""
    path = folder / "unet" / f"{WEIGHTS}.safetensors"
    old = {".to_q.": ".query.", ".to_k.": ".key.", ".to_v.": ".value.", ".to_out.0.": ".proj_attn."}
    tensors = load_file(path)
    for ours, theirs in old.items():
        tensors = {key.replace(ours, theirs): value for key, value in tensors.items()}
    named = {prefix + key: value for key, value in tensors.items()}
    for key in ("mid_block.attentions.0.query.weight", "conv_out.bias", "up_blocks.0.attentions.0.proj_attn.bias"):
        whole = f"{prefix}{key}"
        changes = {"lacks": None, "is not finite": torch.full_like(named[whole], torch.nan), "asks for": torch.zeros(9)}
        for words, change in changes.items():
            changed = {name: each for name, each in {**named, whole: change}.items() if each is not None}
            save_file(changed, path)
            with pytest.raises(
                CheckpointError, match=rf"(?:^|lacks ){re.escape(whole)}[, ].*{words}|lacks {re.escape(whole)},"
            ):
                read_checkpoint(folder)


SCHEDULERS = {
    "cosine": (DDPMScheduler(beta_schedule="squaredcos_cap_v2", num_train_timesteps=500), "cosine:T=500"),
    "sigmoid": (DDPMScheduler(beta_schedule="sigmoid"), "sigmoid_beta:T=1000"),
    "scaled, zero SNR": (
        DDIMScheduler(beta_schedule="scaled_linear", rescale_betas_zero_snr=True),
        "scaled_linear:T=1000,beta_start=0.0001,beta_end=0.02,zero_snr=1",
    ),
    "of another class": (
        DPMSolverMultistepScheduler(beta_start=0.001, beta_end=0.01),
        "linear:T=1000,beta_start=0.001,beta_end=0.01",
    ),
}


@pytest.mark.parametrize(("scheduler", "spec"), SCHEDULERS.values(), ids=SCHEDULERS)
def test_the_schedule_is_read_whatever_wrote_it(folder: Path, scheduler: DDPMScheduler, spec: str) -> None:
    scheduler.save_pretrained(folder / "scheduler")
    assert open_checkpoint(folder).schedule == Schedule.parse(spec)


def test_trained_betas(folder: Path) -> None:
    betas = [0.1, 0.2, 0.35]
    DDPMScheduler(trained_betas=betas).save_pretrained(folder / "scheduler")
    assert open_checkpoint(folder).schedule.betas.tolist() == betas


@pytest.mark.parametrize(
    ("scheduler", "fields"),
    [
        ({"prediction_type": "v_prediction"}, {"prediction_type": "v_prediction"}),
        ({"prediction_type": "sample"}, {"prediction_type": "sample"}),
        ({"clip_sample": False}, {"clip": None}),
        ({"clip_sample_range": 2.5}, {"clip": 2.5}),
        ({"variance_type": "fixed_large_log"}, {"variance": "fixed_large"}),
        ({"variance_type": "learned_range"}, {"variance": "fixed_small"}),
        ({"thresholding": True, "sample_max_value": 1.5}, {"thresholding": Thresholding(0.995, 1.5)}),
    ],
)
def test_the_rest_of_the_schedulers_config(
    folder: Path, scheduler: dict[str, object], fields: dict[str, object]
) -> None:
    change(folder / "scheduler" / "scheduler_config.json", **scheduler)
    denoiser = open_checkpoint(folder)
    assert {key: getattr(denoiser, key) for key in fields} == fields


def test_a_config_from_before_clipping_was_written_down(folder: Path) -> None:
    change(folder / "scheduler" / "scheduler_config.json", clip_sample=None, clip_sample_range=None)
    assert open_checkpoint(folder).clip == 1.0
    change(folder / "scheduler" / "scheduler_config.json", _class_name="PNDMScheduler")
    assert open_checkpoint(folder).clip is None


def test_a_variance_that_the_network_does_not_give_is_assumed(folder: Path) -> None:
    change(folder / "scheduler" / "scheduler_config.json", variance_type="learned_range")
    assert "in place of learned_range" in str(*read_checkpoint(folder).assumed)


def test_a_learned_variance(tmp_path: Path) -> None:
    save_pipeline(tmp_path, tiny_unet(out_channels=6), variance_type="learned_range")
    denoiser = open_checkpoint(tmp_path)
    assert (denoiser.variance, denoiser.shape) == ("learned_range", (3, 8, 8))
    assert denoiser.network(torch.zeros(1, 3, 8, 8), torch.zeros(1)).shape == (1, 6, 8, 8)


def test_classes_and_a_table_of_timesteps(tmp_path: Path) -> None:
    unet = tiny_unet(num_class_embeds=4, time_embedding_type="learned", num_train_timesteps=1000, sample_size=(8, 16))
    save_pipeline(tmp_path, unet)
    checkpoint = read_checkpoint(tmp_path)
    denoiser = checkpoint.denoiser
    assert (denoiser.classes, denoiser.integer_timesteps) == (4, True)
    assert [one.tensors[0].tolist() for one in denoiser.conditioned(0, 2.0).terms] == [[0], [3]]
    assert denoiser.shape == (3, 8, 16)
    assert "last class" in str(*checkpoint.assumed)
    x, timesteps, labels = torch.ones(2, 3, 8, 16), torch.tensor([5, 5]), torch.tensor([0, 2])
    with torch.no_grad():
        expected = unet(x, timesteps, labels).sample
        torch.testing.assert_close(denoiser.network(x, timesteps, labels), expected)


def test_a_schedule_longer_than_the_table_of_timesteps(tmp_path: Path) -> None:
    save_pipeline(tmp_path, tiny_unet(time_embedding_type="learned", num_train_timesteps=100))
    sentence = "The schedule has T = {T}, but the network in .*config.json learned 100 timesteps; choose the schedule"
    with pytest.raises(CheckpointError, match=sentence.format(T=1000)):
        open_checkpoint(tmp_path)
    with pytest.raises(CheckpointError, match=sentence.format(T=101)):
        open_checkpoint(tmp_path, Answers(schedule=Schedule("cosine", 101)))
    assert open_checkpoint(tmp_path, Answers(schedule=Schedule("cosine", 100))).schedule.T == 100


def test_without_a_schedule_the_table_of_timesteps_says_how_long_it_is(tmp_path: Path) -> None:
    tiny_unet(time_embedding_type="learned", num_train_timesteps=100).save_pretrained(tmp_path)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint.denoiser.schedule == Schedule("linear", 100)
    assert "schedule linear:T=100, since" in str(checkpoint.assumed[0])


def test_blocks_that_compute_a_part_of_themselves(tmp_path: Path) -> None:
    """Those of k-diffusion blur by a kernel that no file holds."""
    blocks = {"down_block_types": ("KDownBlock2D",) * 2, "up_block_types": ("KUpBlock2D",) * 2}
    unet = tiny_unet(**blocks, block_out_channels=(32, 32))
    assert_same_outputs(open_checkpoint(save_pipeline(tmp_path, unet)), unet)


def test_a_network_that_names_no_size(folder: Path) -> None:
    change(folder / "unet" / "config.json", sample_size=None)
    checkpoint = read_checkpoint(folder)
    assert checkpoint.denoiser.shape == (3, 64, 64)
    assert "64 × 64" in str(*checkpoint.assumed)


def test_a_file_that_is_overwritten_while_it_is_open_changes_nothing(folder: Path) -> None:
    """As training does that saves under the same name; a file that is mapped would change the network, or end it."""
    denoiser = open_checkpoint(folder)
    x, t = torch.ones(1, *denoiser.shape), torch.tensor([500.0])
    before = denoiser.network(x, t)
    weights = folder / "unet" / f"{WEIGHTS}.safetensors"
    size = weights.stat().st_size
    with weights.open("r+b") as file:
        file.write(bytes(size))
    torch.testing.assert_close(denoiser.network(x, t), before, rtol=0, atol=0)


def trained(folder: Path, unet: UNet2DModel, averaged: UNet2DModel) -> Path:
    """What diffusers' training scripts save in checkpoint-500, beside the scheduler of their output folder."""
    DDPMScheduler(300, beta_schedule="squaredcos_cap_v2").save_pretrained(folder / "scheduler")
    there = folder / "checkpoint-500"
    unet.save_pretrained(there / "unet")
    ema = EMAModel(averaged.parameters(), model_cls=UNet2DModel, model_config=averaged.config)
    ema.optimization_step = 500
    ema.save_pretrained(there / "unet_ema")  # type: ignore[no-untyped-call]
    (there / "optimizer.bin").write_bytes(b"")
    return there


def test_the_averaged_weights_of_a_training_folder_open_and_both_are_named(tmp_path: Path, unet: UNet2DModel) -> None:
    torch.manual_seed(5)
    averaged = UNet2DModel(**TINY).eval()
    there = trained(tmp_path, unet, averaged)
    checkpoint = read_checkpoint(there)
    assert checkpoint.denoiser.schedule.T == 300
    assert {str(fact.text) for fact in checkpoint.facts} == {"averaged (EMA)", "500", "leading"}
    told = "the averaged weights in unet_ema; those of the last step are in checkpoint-500/unet"
    assert told in [str(note) for note in checkpoint.assumed]
    assert_same_outputs(checkpoint.denoiser, averaged)
    last = read_checkpoint(there / "unet")
    assert not last.facts
    assert_same_outputs(last.denoiser, unet)


def test_a_training_folder_without_averaged_weights(tmp_path: Path, unet: UNet2DModel) -> None:
    there = trained(tmp_path, unet, unet)
    shutil.rmtree(there / "unet_ema")
    checkpoint = read_checkpoint(there)
    assert checkpoint.denoiser.schedule.T == 300
    assert [fact.key for fact in checkpoint.facts] == ["spacing"]
    assert_same_outputs(checkpoint.denoiser, unet)
