"""Files of denoising-diffusion-pytorch: the library's own outputs, and everything that its tensors tell.

lucidrains.npz was recorded by `oracle`'s recipe with the Unet of the repository's history at the release that each case
is named after, dim 16 (24 in 0.12.1), dim_mults (1, 2) to (1, 2, 2, 2), on pictures of 8 × 16.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import Tensor

from ddpm_studio.checkpoints import Origin, card_of, open_checkpoint, read_checkpoint
from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.diffusion import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import Denoiser, run
from ddpm_studio.sampling.devices import Network
from ddpm_studio.texts import Readable
from tests.anew import written_anew
from tests.checkpoints.families.lucidrains_files import Array, buffers, cosine, diffusion, linear, sigmoid, trainer_file
from tests.checkpoints.families.oracle import TIMESTEPS, Case, names, picture, recorded
from tests.tiers import repeated, thinned

LATEST = "2.3.1"
SIZE = Answers(shape=(8, 16))
AROUND = buffers(linear(50), "pred_noise")
TOLD = {"0.27.8": "0.27.8"}
"""Releases that their files do not tell and that are not the ones assumed."""


def written(path: Path, name: str) -> Path:
    """A file of the release that the case is named after: what it records, and what it calls the network."""
    version = name.partition("-")[0]
    old = version.startswith("0.")
    inside = "denoise_fn." if version in ("0.12.1", "0.20.1", "0.23.4") else "model."
    around = buffers(linear(50), "" if old else "pred_v")
    return trainer_file(path, recorded("lucidrains", name), around, "" if old else version, inside)


@pytest.mark.parametrize("name", names("lucidrains"))
def test_the_network_returns_what_the_library_returns(name: str, tmp_path: Path) -> None:
    case = recorded("lucidrains", name)
    answers = Answers(shape=(8, 16), release=TOLD.get(name))
    denoiser = open_checkpoint(written(tmp_path / "model-12.pt", name), answers)
    out = denoiser.network(picture(denoiser.shape[0], 8, 16), TIMESTEPS.float())
    assert out.shape == case.out.shape
    torch.testing.assert_close(out, case.out, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("T", [30, 1000])
@pytest.mark.parametrize(("kind", "betas"), [("linear_rescaled", linear), ("cosine", cosine), ("sigmoid", sigmoid)])
def test_the_schedule_is_that_of_the_buffers(kind: str, betas: Callable[[int], Array], T: int, tmp_path: Path) -> None:
    array = betas(T)
    file = trainer_file(tmp_path / "model-1.pt", recorded("lucidrains", LATEST), buffers(array, "pred_v"), LATEST)
    schedule = open_checkpoint(file, SIZE).schedule
    assert schedule.kind == ("linear" if (kind, T) == ("linear_rescaled", 1000) else kind)
    np.testing.assert_allclose(schedule.betas, array, rtol=1e-5)


def test_the_schedule_alone_needs_no_size(tmp_path: Path) -> None:
    file = trainer_file(tmp_path / "model-1.pt", recorded("lucidrains", LATEST), AROUND, LATEST)
    np.testing.assert_allclose(Schedule.parse(f"custom:path={file}").betas, linear(50), rtol=1e-5)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model-1.pt"]
    with pytest.raises(UnansweredError):
        open_checkpoint(file)


def test_betas_of_ones_own_are_taken_as_they_are(tmp_path: Path) -> None:
    betas = np.geomspace(1e-4, 0.3, 40)
    around = buffers(betas, "pred_x0")
    schedule = open_checkpoint(trainer_file(tmp_path / "a.pt", recorded("lucidrains", LATEST), around), SIZE).schedule
    assert schedule.kind == "custom"
    np.testing.assert_array_equal(schedule.betas, around["betas"].double().numpy())


def noted(path: Path, averaged: dict[str, Tensor], trained: dict[str, Tensor]) -> tuple[Denoiser, dict[str, str]]:
    """What opens, and what is assumed, of a trainer's file whose two diffusions have buffers of their own."""
    case = recorded("lucidrains", LATEST)
    content = {"model": diffusion(case, trained, "last step"), "ema": prefixed_with("ema_model.", case, averaged)}
    torch.save(content | {"version": LATEST}, path)
    checkpoint = read_checkpoint(path, SIZE)
    origins = {row.key: row.origin for row in card_of(checkpoint)}
    notes = {about: str(note) for note in checkpoint.assumed for about in note.about}
    assert {key for key in ("schedule", "prediction_type") if origins[key] is Origin.ASSUMED} <= notes.keys()
    return checkpoint.denoiser, {key: notes.get(key, "") for key in ("schedule", "prediction_type")}


def prefixed_with(prefix: str, case: Case, around: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}{name}": tensor for name, tensor in diffusion(case, around).items()}


def test_the_trained_buffers_count_where_the_averaged_contradict_them(tmp_path: Path) -> None:
    trained, averaged = buffers(cosine(50), "pred_v"), buffers(linear(50), "pred_noise")
    denoiser, notes = noted(tmp_path / "a.pt", averaged, trained)
    assert (denoiser.schedule, denoiser.prediction_type) == (Schedule("cosine", 50), "v_prediction")
    assert "the schedule of model.sqrt_alphas_cumprod, by which training added noise" in notes["schedule"]
    assert "ema.ema_model.alphas_cumprod" in notes["schedule"]
    assert "8 more in the file contradict it" in notes["schedule"]
    assert notes["prediction_type"].endswith("weighted the loss, and not by ema.ema_model.loss_weight")


@pytest.mark.parametrize("betas", [linear, cosine, sigmoid])
@pytest.mark.parametrize("table", ["betas", "alphas_cumprod", "sqrt_recip_alphas_cumprod"])
def test_what_adds_noise_counts_where_another_table_contradicts_it(
    table: str, betas: Callable[[int], Array], tmp_path: Path
) -> None:
    good, other = buffers(betas(1000), "pred_v"), buffers(np.geomspace(1e-4, 0.05, 1000))
    trained = good | {table: other[table]}
    denoiser, notes = noted(tmp_path / "a.pt", good if table != "betas" else trained, trained)
    np.testing.assert_allclose(denoiser.schedule.betas, betas(1000), rtol=1e-5)
    assert denoiser.schedule.kind != "custom"
    assert f"model.{table}" in notes["schedule"]


DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)


@pytest.mark.parametrize(("dtype", "betas", "T"), thinned(DTYPES, (linear, cosine, sigmoid), (30, 1000), one_in=2))
def test_rounding_contradicts_nothing(
    dtype: torch.dtype, betas: Callable[[int], Array], T: int, tmp_path: Path
) -> None:
    trained = {name: tensor.to(dtype) for name, tensor in buffers(betas(T), "pred_v").items()}
    _, notes = noted(tmp_path / "a.pt", buffers(betas(T), "pred_v"), trained)
    assert not notes["schedule"]


def test_one_other_number_among_the_averaged_is_seen(tmp_path: Path) -> None:
    trained = buffers(linear(1000), "pred_v")
    averaged = trained | {"betas": trained["betas"] * torch.where(torch.arange(1000) == 500, 1.01, 1.0)}
    denoiser, notes = noted(tmp_path / "a.pt", averaged, trained)
    assert denoiser.schedule == Schedule("linear", 1000)
    assert notes["schedule"].endswith("ema.ema_model.betas in the file contradicts it")


@pytest.mark.parametrize("gamma", [np.inf, 5.0, 1.0])
@pytest.mark.parametrize("betas", [linear(1000), cosine(100), sigmoid(1000)], ids=["linear", "cosine", "sigmoid"])
@pytest.mark.parametrize(
    ("objective", "prediction"), [("pred_noise", "epsilon"), ("pred_x0", "sample"), ("pred_v", "v_prediction")]
)
def test_the_loss_weight_tells_the_objective(objective: str, prediction: str, betas: Array, gamma: float) -> None:
    from ddpm_studio.checkpoints.families.shared.trained import prediction_of

    around = buffers(betas, objective, gamma)
    assert prediction_of(around["loss_weight"].double().numpy(), around["betas"].double().numpy()) == prediction


@pytest.mark.parametrize(
    ("ends", "prediction"),
    [
        ((1, 1), "epsilon"),
        ((9999, 4.04e-5), "sample"),
        ((0.9999, 4.04e-5), "v_prediction"),
        ((5e-4, 1), "epsilon"),
        ((5, 4.04e-5), "sample"),
        ((5e-4, 4.04e-5), "v_prediction"),
    ],
)
def test_the_loss_weights_above_are_the_librarys(ends: tuple[float, float], prediction: str) -> None:
    """First and last value of the library's buffer for linear T = 1000, without min-SNR weighting and with γ = 5."""
    objective = {"epsilon": "pred_noise", "sample": "pred_x0", "v_prediction": "pred_v"}[prediction]
    found = [buffers(linear(1000), objective, gamma)["loss_weight"][[0, -1]] for gamma in (np.inf, 5)]
    assert any(torch.allclose(weights, torch.tensor(ends, dtype=torch.float32), rtol=1e-3) for weights in found)


def test_what_the_file_says_and_what_it_does_not(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(written(tmp_path / "model-12.pt", LATEST), SIZE)
    facts = {fact.key: fact.text for fact in checkpoint.facts}
    assert facts["weights"] == "averaged (EMA)"
    assert (facts["step"], facts["release"], facts["channels"]) == ("12000", "2.3.1", "16, 16, 32, 64")
    assert checkpoint.parameters == sum(np.prod(shape) for shape in recorded("lucidrains", LATEST).shapes.values())
    assert (checkpoint.denoiser.prediction_type, checkpoint.denoiser.clip) == ("v_prediction", 1.0)
    assert {about for note in checkpoint.assumed for about in note.about} == {"theta", "clip", "variance"}


@pytest.mark.parametrize(("version", "known"), [("2.0.0", "2.0.0"), ("2.0.0.dev1", None)])
def test_a_release_that_is_no_number_is_told_but_not_said_again(
    tmp_path: Path, version: str, known: str | None
) -> None:
    case = recorded("lucidrains", LATEST)
    trainer_file(tmp_path / "model-1.pt", case, buffers(linear(1000), "pred_v"), version)
    rows = {row.key: row for row in card_of(read_checkpoint(tmp_path / "model-1.pt", SIZE))}
    assert (rows["release"].text, rows["release"].value) == (version, known)
    assert Answers(release=known)


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("0.29.1", {"release", "prediction_type", "groups", "head_channels"}),
        ("0.20.1", {"prediction_type", "groups", "head_channels"}),
        ("1.6.4", {"groups", "head_channels"}),
        ("1.9.0", {"groups"}),
    ],
)
def test_older_files_leave_more_open(name: str, about: set[str], tmp_path: Path) -> None:
    checkpoint = read_checkpoint(written(tmp_path / "model-1.pt", name), SIZE)
    assert {name for note in checkpoint.assumed for name in note.about} == about | {"theta", "clip", "variance"}


def test_the_width_of_heads_is_on_the_card_where_no_tensor_tells_it(tmp_path: Path) -> None:
    def row(name: str, **more: Any) -> list[tuple[object, Readable, Origin]]:
        checkpoint = read_checkpoint(written(tmp_path / f"{name}.pt", name), replace(SIZE, **more))
        return [(row.value, row.text, row.origin) for row in card_of(checkpoint) if row.key == "head_channels"]

    assert row(LATEST) == []
    assert row("1.6.4") == [(32, "32", Origin.ASSUMED)]
    assert row("1.6.4", head_channels=16) == [(16, "16", Origin.GIVEN)]


def test_groups_are_on_the_card_where_there_are_some(tmp_path: Path) -> None:
    def row(name: str, **more: Any) -> list[tuple[object, Origin]]:
        checkpoint = read_checkpoint(written(tmp_path / f"{name}.pt", name), replace(SIZE, **more))
        return [(row.value, row.origin) for row in card_of(checkpoint) if row.key == "groups"]

    assert row(LATEST) == []
    assert row("1.6.4") == [(8, Origin.ASSUMED)]
    assert row("1.6.4", groups=4) == [(4, Origin.GIVEN)]


def test_learned_variance(tmp_path: Path) -> None:
    denoiser = open_checkpoint(written(tmp_path / "model-1.pt", "2.3.1-learned-variance"), SIZE)
    assert (denoiser.shape, denoiser.variance) == ((3, 8, 16), "learned_range")


def p_sample_loop(network: Network, around: dict[str, Tensor], x: Tensor, generator: torch.Generator) -> Tensor:
    """GaussianDiffusion.p_sample_loop of the library for pred_v, which hands the clamped x_start to the next call."""
    x_start = None
    for t in reversed(range(len(around["betas"]))):
        at = {name: float(buffer[t]) for name, buffer in around.items()}
        v = network(x, torch.full((len(x),), t), x_start)
        x_start = (at["sqrt_alphas_cumprod"] * x - at["sqrt_one_minus_alphas_cumprod"] * v).clamp(-1, 1)
        x = at["posterior_mean_coef1"] * x_start + at["posterior_mean_coef2"] * x
        if t:
            x = x + at["posterior_variance"] ** 0.5 * torch.randn(x.shape, generator=generator)
    return x


@torch.inference_mode()
def test_it_samples_as_the_library_does_and_conditions_itself(tmp_path: Path) -> None:
    denoiser = open_checkpoint(written(tmp_path / "model-1.pt", "2.3.1-self-condition"), SIZE)
    noise = denoiser.starting_noise(2, torch.Generator().manual_seed(0))
    around = buffers(linear(50), "pred_v")
    expected = p_sample_loop(denoiser.network, around, noise, torch.Generator().manual_seed(1))
    *_, last = run(ancestral(denoiser), denoiser, noise, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(last.x, expected, rtol=1e-3, atol=1e-3)
    untold = replace(denoiser, network=lambda x, t, x0: denoiser.network(x, t))
    *_, other = run(ancestral(denoiser), untold, noise, generator=torch.Generator().manual_seed(1))
    assert (other.x - expected).abs().max() > 0.1


def ancestral(denoiser: Denoiser) -> SolverTable:
    """Every step of the schedule, as the library takes them unless it is told to skip some."""
    return solver_table("ddpm", Steps.from_spacing(denoiser.schedule, denoiser.schedule.T))


def test_the_averaged_weights_of_before_june_2022(tmp_path: Path) -> None:
    case = recorded("lucidrains", "0.20.1")
    around = buffers(cosine(100))
    last, averaged = (diffusion(case, around, seed, "denoise_fn.") for seed in ("last step", ""))
    torch.save({"step": 7, "model": last, "ema": averaged, "scaler": {}}, tmp_path / "model-1.pt")
    denoiser = open_checkpoint(tmp_path / "model-1.pt", SIZE)
    torch.testing.assert_close(denoiser.network(picture(3, 8, 16), TIMESTEPS.float()), case.out, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("how", ["zip", "before torch 1.6", "safetensors", "in a DataParallel"])
def test_a_diffusion_alone(how: str, tmp_path: Path) -> None:
    case = recorded("lucidrains", LATEST)
    content = diffusion(case, AROUND)
    path = tmp_path / ("a.safetensors" if how == "safetensors" else "a.pt")
    if how == "safetensors":
        save_file(content, path)
    elif how == "in a DataParallel":
        torch.save({f"module.{name}": tensor for name, tensor in content.items()}, path)
    else:
        torch.save(content, path, _use_new_zipfile_serialization=how == "zip")
    checkpoint = read_checkpoint(path, SIZE)
    out = checkpoint.denoiser.network(picture(3, 8, 16), TIMESTEPS.float())
    torch.testing.assert_close(out, case.out, rtol=1e-5, atol=1e-5)
    assert "weights" not in {fact.key for fact in checkpoint.facts}, "which nothing says"


def test_the_size_of_a_picture_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UnansweredError, match="which does not say its shape; give --shape") as error:
        open_checkpoint(written(tmp_path / "model-1.pt", LATEST))
    assert error.value.missing == ("shape",)


def test_a_unet_alone_asks_for_its_diffusion(tmp_path: Path) -> None:
    torch.save(recorded("lucidrains", LATEST).tensors(), tmp_path / "unet.pt")
    with pytest.raises(UnansweredError) as error:
        open_checkpoint(tmp_path / "unet.pt")
    assert error.value.missing == ("shape", "schedule", "prediction_type")
    answers = Answers((8, 16), Schedule("cosine", 50), "sample")
    denoiser = open_checkpoint(tmp_path / "unet.pt", answers)
    assert (denoiser.schedule, denoiser.prediction_type) == (Schedule("cosine", 50), "sample")


def refused(path: Path, content: Mapping[str, object], answers: Answers = SIZE) -> str:
    torch.save(content, path)
    with pytest.raises(CheckpointError) as error:
        open_checkpoint(path, answers)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"betas": torch.full((50,), 2.0)}, "The betas in"),
        ({"betas": torch.full((50,), torch.nan)}, "are not a schedule"),
        ({"betas": torch.empty(0), "loss_weight": torch.empty(0)}, "are not a schedule"),
        ({"betas": torch.full((50,), 0.1j)}, "(they are of the type torch.complex64, not real numbers); download it"),
        ({"betas": torch.zeros(50, dtype=torch.uint8).view(torch.bits8)}, "they are of the type torch.bits8"),
        ({"model.init_conv.bias": torch.full((16,), 1j)}, "of the type torch.complex64, which this network"),
        ({"model.init_conv.bias": torch.tensor(1.0)}, "init_conv.bias in"),
        ({"model.mid_attn.norm.g": None}, "lacks model.mid_attn.norm.g"),
        ({"model.downs.0.0.block1.proj.weight": None}, "lacks model.downs.0.0.block1.proj.weight"),
        ({"model.null_classes_emb": torch.zeros(16)}, "holds null_classes_emb"),
        (
            {"model.ups.0.0.block1.proj.weight": torch.zeros(64, 64, 3, 3)},
            "do not make a network; download",
        ),
        ({"model.time_mlp.1.weight": torch.full((64, 16), torch.inf)}, "time_mlp.1.weight in"),
        ({"model.init_conv.weight": torch.zeros(16, 3, 7, 5)}, "init_conv.weight in"),
        ({"model.init_conv.bias": torch.zeros(17)}, "is 17, but the tensors around it ask for 16"),
        ({"model.final_conv.weight": torch.zeros(8, 16, 1, 1)}, "its channels are 3 in and 8 out"),
        ({"model.init_conv.weight": torch.zeros(16, 3, 7)}, "do not make a network; download"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Tensor | None], words: str, tmp_path: Path) -> None:
    content = diffusion(recorded("lucidrains", LATEST), AROUND) | change
    kept = {name: tensor for name, tensor in content.items() if tensor is not None}
    assert words in refused(tmp_path / "a.pt", kept)


def test_a_size_that_the_levels_do_not_divide(tmp_path: Path) -> None:
    content = diffusion(recorded("lucidrains", LATEST), AROUND)
    assert "more often than 3x9x16 can be halved; use 3x12x16" in refused(
        tmp_path / "a.pt", content, Answers(shape=(9, 16))
    )


@pytest.mark.parametrize("name", ["downs.0.0.block1.block.0.weight", "downs.0.0.ds_conv.weight"])
def test_what_is_too_old_is_refused_by_its_name(name: str, tmp_path: Path) -> None:
    content = {"step": 1, "ema": AROUND | {f"denoise_fn.{name}": torch.zeros(16, 3, 3, 3)}}
    assert "before release 0.11 of May 2022" in refused(tmp_path / "model-1.pt", content)


def test_continuous_time_is_refused_by_its_name(tmp_path: Path) -> None:
    content = {f"model.{name}": tensor for name, tensor in recorded("lucidrains", LATEST).tensors().items()}
    assert "trained in continuous time without β" in refused(
        tmp_path / "a.pt", content | {"model.time_mlp.0.weights": torch.zeros(8)}
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "model-1.pt"
    torch.save(diffusion(recorded("lucidrains", "2.3.1-self-condition"), AROUND), path)
    return path


@st.composite
def damage(draw: st.DrawFn) -> tuple[list[tuple[float, int]], float]:
    """Where bytes are flipped, mostly among the names at the beginning, and how much of the file there is."""
    whole = draw(st.booleans())
    place = st.one_of(st.floats(0, 0.05), st.floats(0, 1, exclude_max=True))
    flips = draw(st.lists(st.tuples(place, st.integers(1, 255)), min_size=whole, max_size=4))
    return flips, 1 if whole else draw(st.floats(0, 0.999))


@settings(max_examples=repeated(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=damage())
def test_damaged_files_end_in_a_denoiser_or_a_checkpoint_error(
    good: Path, tmp_path: Path, damage: tuple[list[tuple[float, int]], float]
) -> None:
    flips, share = damage
    content = bytearray(good.read_bytes())
    for place, change in flips:
        content[int(place * len(content))] ^= change
    path = tmp_path / "damaged.pt"
    written_anew(path, bytes(content[: int(share * len(content))]))
    with suppress(CheckpointError):
        assert open_checkpoint(path, SIZE).shape == (1, 8, 16)
