"""Files of improved-diffusion and guided-diffusion: the libraries' own outputs, and what shapes tell.

guided_diffusion.npz was recorded by `oracle`'s recipe with the UNetModel of either library: 32 channels (64 in
guided-half), one residual block a level (two in improved-film-heads), pictures of 8 × 16, and the heads in HEADS.
guided_published.npz holds names and shapes of the models in both READMEs, built by the libraries' create_model.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor

from ddpm_studio.checkpoints import open_checkpoint, read_checkpoint
from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.card import Origin, card_of
from ddpm_studio.checkpoints.families.guided_diffusion.architecture import architecture_of
from ddpm_studio.checkpoints.families.guided_diffusion.heads import Heads
from ddpm_studio.checkpoints.families.guided_diffusion.network import UNetModel
from ddpm_studio.checkpoints.families.guided_diffusion.published import known
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.opening import schedule_in
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import run
from tests.anew import written_anew
from tests.checkpoints.families.oracle import HERE, LABELS, TIMESTEPS, names, picture, recorded
from tests.tiers import repeated

LINEAR = Schedule("linear", 1000)
HEADS: dict[str, dict[str, Any]] = {
    "improved": {"heads": 1},
    "improved-film-heads": {"heads": 4},
    "improved-classes-rgb": {"heads": 2},
    "guided-new-order": {"head_channels": 16, "attention_order": "new"},
    "guided-half": {"heads": 4},
    "guided-gray": {"heads": 4},
}


def answers(name: str, **more: Any) -> Answers:
    return Answers(**{"shape": (8, 16), "schedule": LINEAR, **HEADS[name], **more})


def saved(path: Path, name: str = "improved", **change: Tensor | None) -> Path:
    content = {**recorded("guided_diffusion", name).tensors(), **change}
    torch.save({name: tensor for name, tensor in content.items() if tensor is not None}, path)
    return path


def called(path: Path, name: str, said: Answers) -> Tensor:
    denoiser = open_checkpoint(path, said)
    labels = (LABELS,) if denoiser.classes else ()
    return denoiser.network(picture(denoiser.shape[0], 8, 16), TIMESTEPS.float(), *labels)


@pytest.mark.parametrize("name", names("guided_diffusion"))
def test_the_network_returns_what_the_library_returns(name: str, tmp_path: Path) -> None:
    out = called(saved(tmp_path / "ema_0.9999_010000.pt", name), name, answers(name))
    torch.testing.assert_close(out, recorded("guided_diffusion", name).out, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("wrong", [{"heads": 2, "head_channels": None}, {"attention_order": "legacy"}])
def test_wrong_heads_or_order_give_something_else(wrong: dict[str, object], tmp_path: Path) -> None:
    """Or the outputs above would not show that heads and order are right."""
    out = called(saved(tmp_path / "a.pt", "guided-new-order"), "a", answers("guided-new-order", **wrong))
    assert not torch.allclose(out, recorded("guided_diffusion", "guided-new-order").out, atol=1e-3)


def means(channels: int, side: int, places: slice) -> Tensor:
    """A convolution of this side that averages the pixels of each channel at these places."""
    weight = torch.zeros(channels, channels, side, side)
    for channel in range(channels):
        weight[channel, channel, places, places] = 1 / weight[channel, channel, places, places].numel()
    return weight


def resampling(tensors: dict[str, Tensor], part: str) -> list[str]:
    """The names of the convolutions that change the size, without .weight."""
    ends = (".op.weight", ".conv.weight")
    return [name.removesuffix(".weight") for name in tensors if name.startswith(part) and name.endswith(ends)]


@pytest.mark.parametrize("name", ["improved", "improved-film-heads", "improved-classes-rgb"])
def test_sizes_change_without_parameters(name: str, tmp_path: Path) -> None:
    """conv_resample=False is the network whose convolutions, which are there, change nothing but the size."""
    tensors = recorded("guided_diffusion", name).tensors()
    pooled = dict(tensors)
    downs, ups = resampling(tensors, "input_blocks"), resampling(tensors, "output_blocks")
    assert downs, "and ups follow"
    assert ups
    for place in (*downs, *ups):
        channels, padded = tensors[f"{place}.bias"].shape[0], place in downs
        tensors[f"{place}.weight"] = means(channels, 3, slice(1, 3) if padded else slice(1, 2))
        tensors[f"{place}.bias"] = torch.zeros(channels)
        del pooled[f"{place}.weight"], pooled[f"{place}.bias"]
    torch.save(tensors, tmp_path / "convolved.pt")
    torch.save(pooled, tmp_path / "pooled.pt")
    expected = called(tmp_path / "convolved.pt", name, answers(name))
    torch.testing.assert_close(called(tmp_path / "pooled.pt", name, answers(name)), expected, rtol=1e-5, atol=1e-5)


def test_float16_and_safetensors_and_nested_state_dicts(tmp_path: Path) -> None:
    case = recorded("guided_diffusion", "improved")
    half = {name: tensor.half() for name, tensor in case.tensors().items()}
    torch.save(half, tmp_path / "half.pt")
    save_file(case.tensors(), tmp_path / "a.safetensors")
    wrapped = {f"module.{name}": tensor for name, tensor in case.tensors().items()}
    torch.save({"state_dict": case.tensors("last"), "ema": wrapped, "step": 3}, tmp_path / "nested.ckpt")
    for name, tolerance in (("half.pt", 5e-3), ("a.safetensors", 1e-5), ("nested.ckpt", 1e-5)):
        out = called(tmp_path / name, "improved", answers("improved"))
        assert out.dtype == torch.float32
        torch.testing.assert_close(out, case.out, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("name", "schedule", "heads", "size", "rescaled"),
    [
        ("guided 64", Schedule("cosine", 1000), Heads(channels=64, order="new"), 64, False),
        ("guided 128", LINEAR, Heads(4), 128, False),
        ("guided 256", LINEAR, Heads(channels=64), 256, False),
        ("guided 256 uncond", LINEAR, Heads(channels=64), 256, False),
        ("guided 512", LINEAR, Heads(channels=64), 512, False),
        ("ilvr", LINEAR, Heads(channels=64), 256, False),
        ("improved cifar", Schedule("cosine", 4000), Heads(4), 32, True),
        ("improved 64", Schedule("cosine", 4000), Heads(4), 64, True),
        ("improved 64 cond", Schedule("cosine", 4000), Heads(4), 64, False),
        ("improved lsun", LINEAR, Heads(1), 256, False),
    ],
)
def test_published_models_are_known_by_their_shapes(
    name: str, schedule: Schedule, heads: Heads, size: int, rescaled: bool
) -> None:
    with np.load(HERE / "guided_published.npz") as file:
        shapes = json.loads(str(file[name]))
    outline = Outline({name: torch.empty(shape, device="meta") for name, shape in shapes.items()})
    found = architecture_of(outline)
    model = known(found)
    assert model is not None
    assert (model.schedule, model.heads, model.size, model.rescaled) == (schedule, heads, size, rescaled)
    assert found.classes == (1000 if "label_emb.weight" in shapes else 0)
    with torch.device("meta"):
        network = UNetModel(outline, model.heads)
    assert {name: list(tensor.shape) for name, tensor in network.state_dict().items()} == shapes


def test_what_the_file_says_and_what_it_does_not(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(saved(tmp_path / "ema_0.9999_010000.pt"), Answers(schedule=LINEAR, heads=1))
    facts = {fact.key: str(fact.text) for fact in checkpoint.facts}
    assert (facts["weights"], facts["step"], facts["precision"]) == ("averaged (EMA)", "10000", "float32")
    assert (facts["channels"], facts["attention"]) == ("32 × 1, 2", "at 1/2 of the size, and in the middle")
    assert (checkpoint.denoiser.shape, checkpoint.denoiser.variance) == ((3, 64, 64), "learned_range")
    origins = {row.key: row.origin for row in card_of(checkpoint)}
    assert (origins["weights"], origins["step"], origins["precision"]) == (Origin.NAME, Origin.NAME, Origin.FILE)
    about = {name for note in checkpoint.assumed for name in note.about}
    assert about == {"shape", "prediction_type", "attention_order", "up_heads", "clip"}


def test_weights_of_the_last_step_and_a_fixed_variance(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(saved(tmp_path / "model200000.pt", "guided-gray"), answers("guided-gray"))
    assert [fact.text for fact in checkpoint.facts[:2]] == ["of the last step", "200000"]
    assert checkpoint.denoiser.variance == "fixed_large"
    assert "variance" in {name for note in checkpoint.assumed for name in note.about}


def test_heads_and_schedule_are_asked_for(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.pt")
    with pytest.raises(UnansweredError, match="--heads 4 --schedule") as error:
        open_checkpoint(path)
    assert error.value.missing == ("heads", "schedule")
    with pytest.raises(UnansweredError) as error:
        open_checkpoint(path, Answers(head_channels=32))
    assert error.value.missing == ("schedule",)


def test_said_once_in_the_shell_and_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path / "a.pt", "guided-new-order")
    said = ["--heads", "4", "--attention-order", "new", "--schedule", "cosine:T=50", "--rescale-timesteps"]
    assert main(["inspect", str(path), *said, "--shape=8x16"]) == 0
    card = capsys.readouterr().out
    assert main(["inspect", str(path)]) == 2, "nothing has drawn yet"
    draw = ["sample", "--checkpoint", str(path), "--steps=1", "--batch=1", "-o", str(tmp_path / "a.png")]
    assert main([*draw, *said, "--shape=8x16"]) == 0
    capsys.readouterr()
    assert main(["inspect", str(path)]) == 0
    assert capsys.readouterr().out.startswith(card)
    rows = [" ".join(line.split()) for line in card.splitlines()]
    for row in ("heads 4", "attention order new", "schedule cosine:T=50", "rescale timesteps receives t · 1000/T"):
        assert f"{row} given by you" in rows


def test_timesteps_are_rescaled_where_that_is_said(tmp_path: Path) -> None:
    path, case = saved(tmp_path / "a.pt"), recorded("guided_diffusion", "improved")
    said = answers("improved", schedule=Schedule("cosine", 4000), rescale_timesteps=True)
    network = open_checkpoint(path, said).network
    torch.testing.assert_close(network(picture(3, 8, 16), TIMESTEPS * 4.0), case.out, rtol=1e-5, atol=1e-5)


def test_it_samples_by_class(tmp_path: Path) -> None:
    name = "improved-classes-rgb"
    denoiser = open_checkpoint(saved(tmp_path / "a.pt", name), answers(name))
    noise = denoiser.starting_noise(2, torch.Generator().manual_seed(0))
    *_, last = run(solver_table("ddim", Steps.from_spacing(denoiser.schedule, 2)), denoiser, noise)
    assert last.x.shape == (2, 3, 8, 16)
    assert (denoiser.classes, denoiser.null) == (3, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"input_blocks.0.0.weight": torch.zeros(32, 6, 3, 3)}, "is a super-resolution network of guided-diffusion"),
        ({"out.2.weight": torch.zeros(8, 32, 3, 3)}, "are 3 in and 8 out"),
        ({"input_blocks.1.1.transformer_blocks.0.norm1.weight": torch.zeros(8)}, "is a text-guided network"),
        ({"middle_block.1.norm.bias": None}, "lacks middle_block.1.norm.bias"),
        ({"middle_block.1.qkv.weight": None}, "lacks middle_block.1.qkv.weight"),
        ({"extra.weight": torch.zeros(2)}, "holds extra.weight"),
        ({"time_embed.2.bias": torch.full((128,), torch.nan)}, "time_embed.2.bias in"),
        ({"out.0.weight": torch.zeros(33), "out.0.bias": torch.zeros(33)}, "do not make a network; download"),
        ({"out.0.weight": torch.zeros(64), "out.0.bias": torch.zeros(64)}, "do not make a network; download"),
        ({"time_embed.0.weight": torch.zeros(7)}, "do not make a network"),
    ],
)
def test_what_is_no_such_network_is_named(change: dict[str, Tensor | None], words: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.pt", "improved", **change)
    with pytest.raises(CheckpointError) as error:
        open_checkpoint(path, answers("improved"))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_tensor_has_the_prefix_of_the_others(tmp_path: Path) -> None:
    tensors = recorded("guided_diffusion", "improved").tensors()
    del tensors["middle_block.1.qkv.weight"]
    torch.save({"state_dict": {f"module.{name}": each for name, each in tensors.items()}}, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match=r"lacks state_dict\.module\.middle_block\.1\.qkv\.weight,"):
        open_checkpoint(tmp_path / "a.pt", answers("improved"))


def test_a_classifier_is_named(tmp_path: Path) -> None:
    tensors = recorded("guided_diffusion", "improved").tensors()
    torch.save({name: w for name, w in tensors.items() if not name.startswith("output_blocks")}, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match="is a guided-diffusion classifier"):
        open_checkpoint(tmp_path / "a.pt", answers("improved"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"heads": 3}, "64 channels, which do not divide into 3 heads"),
        ({"heads": None, "head_channels": 48}, "which do not divide into heads of 48"),
        ({"shape": (1, 8, 16)}, "draws is 3; use 3x8x16"),
        ({"shape": (7, 16)}, "more often than 3x7x16 can be halved; use 3x8x16"),
    ],
)
def test_answers_that_do_not_fit(said: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=words):
        open_checkpoint(saved(tmp_path / "a.pt"), answers("improved", **said))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("good") / "a.pt", "guided-gray")


@settings(max_examples=repeated(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flips=st.lists(st.tuples(st.one_of(st.floats(0, 0.02), st.floats(0, 0.99)), st.integers(1, 255)), max_size=3),
    share=st.one_of(st.just(1.0), st.floats(0, 0.999)),
)
def test_damaged_files_end_in_a_denoiser_or_a_checkpoint_error(
    good: Path, tmp_path: Path, flips: list[tuple[float, int]], share: float
) -> None:
    content = bytearray(good.read_bytes())
    for place, change in flips:
        content[int(place * len(content))] ^= change
    path = tmp_path / "damaged.pt"
    written_anew(path, bytes(content[: int(share * len(content))]))
    with suppress(CheckpointError):
        assert open_checkpoint(path, answers("guided-gray")).shape == (1, 8, 16)


@pytest.mark.parametrize("inside", [True, False])
def test_betas_beside_the_weights_are_the_schedule(inside: bool, tmp_path: Path) -> None:
    weights, tables = recorded("guided_diffusion", "improved").tensors(), {"betas": torch.linspace(1e-4, 0.03, 500)}
    torch.save({**weights, **tables} if inside else {"state_dict": {"model": weights, **tables}}, tmp_path / "a.pt")
    assert open_checkpoint(tmp_path / "a.pt", answers("improved", schedule=None)).schedule.T == 500
    assert schedule_in(str(tmp_path / "a.pt")).T == 500, "though it is asked for its heads"
