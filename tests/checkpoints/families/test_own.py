"""A state dict goes into the network that a person names, or the report says exactly what doesn't fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from ddpm_studio.checkpoints import (
    Answers,
    Checkpoint,
    MisfitError,
    Origin,
    UnansweredError,
    card_of,
    keep_answers,
    read_checkpoint,
)
from ddpm_studio.checkpoints.checkpoint import Fact
from ddpm_studio.checkpoints.families.own.fitting import fitted
from ddpm_studio.checkpoints.remembered import forget, recalled
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import run
from tests.checkpoints.families.shared.apart import unruly
from tests.checkpoints.families.small import SAID_ALL, Bomb, Table, Waves, inputs, made

pytestmark = pytest.mark.usefixtures("forked")

TABLE = "tests.checkpoints.families.small:Table"
SAID = replace(SAID_ALL, network=TABLE)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where networks are remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ddpm-studio"


def wide() -> nn.Module:
    return Table(width=10)


def broken() -> nn.Module:
    raise KeyError("no width")


def number() -> int:
    return 3


def picky() -> nn.Module:
    class Picky(Table):
        def load_state_dict(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError("not these")

    return Picky()


def pair() -> nn.Module:
    return Returning(lambda x: (x, x))


def nothing() -> nn.Module:
    return Returning(lambda x: None)


class Returning(Table):
    """One that returns something else than a tensor."""

    def __init__(self, returned: Callable[[torch.Tensor], object]) -> None:
        super().__init__()
        self.returned = returned

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> Any:
        return self.returned(x)


def like_diffusers() -> nn.Module:
    class Wrapped(Table):
        def forward(self, x: Tensor, t: Tensor) -> SimpleNamespace:  # type: ignore[override]
            return SimpleNamespace(sample=super().forward(x, t))

    return Wrapped()


def refused(path: Path, answers: Answers = SAID) -> str:
    with pytest.raises(CheckpointError) as error:
        read_checkpoint(path, answers)
    assert "\n" not in str(error.value)
    return str(error.value)


def assert_draws_as(checkpoint: Checkpoint, network: nn.Module) -> None:
    x, t = inputs()
    with torch.no_grad():
        torch.testing.assert_close(checkpoint.denoiser.network(x, t), network(x, t), rtol=1e-5, atol=1e-5)


def fit(path: Path, name: str = TABLE) -> tuple[Mapping[str, Tensor], Fact]:
    """What of a file goes into the network, of which nothing but its tensors is asked."""
    return fitted(made(Table).state_dict(), Source(path), name)


def prefixed(prefix: str, network: nn.Module) -> dict[str, Tensor]:
    return {f"{prefix}{name}": tensor for name, tensor in network.state_dict().items()}


LAYOUTS: dict[str, tuple[Callable[[nn.Module, nn.Module], dict[str, Any]], str]] = {
    "bare": (lambda one, other: one.state_dict(), "as trained"),
    "model": (lambda one, other: {"model": one.state_dict(), "epoch": 3}, "as trained, under model"),
    "Lightning": (lambda one, other: {"state_dict": prefixed("model.", one)}, "as trained, under state_dict.model"),
    "parallel": (lambda one, other: prefixed("module.", one), "as trained, under module"),
    "compiled": (lambda one, other: prefixed("_orig_mod.", one), "as trained, under _orig_mod"),
    "in a diffusion": (
        lambda one, other: {"betas": torch.linspace(0, 1, 10), **prefixed("denoise_fn.", one)},
        "as trained, under denoise_fn",
    ),
    "with EMA": (
        lambda one, other: {"model": other.state_dict(), "ema": one.state_dict(), "step": np.int64(5)},
        "EMA, under ema",
    ),
    "with EMA inside": (
        lambda one, other: {"ema": {**prefixed("online_model.", other), **prefixed("ema_model.module.", one)}},
        "EMA, under ema.ema_model.module",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", [".pt", ".pth", ".ckpt"])
def test_the_weights_are_found_wherever_they_lie(tmp_path: Path, layout: str, suffix: str) -> None:
    content, weights = LAYOUTS[layout]
    network = made(Table)
    torch.save(content(network, made(Table, 1)), tmp_path / f"own{suffix}")
    tensors, fact = fit(tmp_path / f"own{suffix}")
    assert str(fact.text) == weights
    assert all(torch.equal(tensors[name], tensor) for name, tensor in network.state_dict().items())


def test_what_is_known_of_it(tmp_path: Path) -> None:
    torch.save({"ema": made(Table).state_dict(), "epoch": 3, "global_step": 12_000, "loss": 0.5}, tmp_path / "own.pt")
    checkpoint = read_checkpoint(tmp_path / "own.pt", SAID)
    assert (checkpoint.family, checkpoint.network) == ("own network", TABLE)
    assert checkpoint.parameters == sum(parameter.numel() for parameter in made(Table).parameters())
    assert checkpoint.denoiser.integer_timesteps
    facts = {str(fact.label): str(fact.text) for fact in checkpoint.facts}
    assert facts == {"weights": "EMA, under ema", "epoch": "3", "global step": "12000"}
    assert_draws_as(checkpoint, made(Table))


@pytest.mark.parametrize(("network", "timesteps"), [(Table, "whole numbers"), (Waves, "fractional")])
def test_the_card_says_of_nothing_that_it_was_read_which_was_not(
    network: type[nn.Module], timesteps: str, tmp_path: Path
) -> None:
    torch.save(made(network).state_dict(), tmp_path / "own.pt")
    answers = replace(SAID, network=f"tests.checkpoints.families.small:{network.__name__}")
    rows = {row.key: row for row in card_of(read_checkpoint(tmp_path / "own.pt", answers))}
    assert (str(rows["classes"].text), str(rows["integer_timesteps"].text)) == ("none", timesteps)
    assert {key for key, row in rows.items() if row.origin is Origin.FILE} == {"parameters", "weights"}
    assumed = {"variance", "clip", "picture_range", "time"}
    assert {key for key, row in rows.items() if row.origin is Origin.ASSUMED} == assumed
    assert {key for key, row in rows.items() if row.origin is Origin.TRIED} == {"classes", "integer_timesteps"}


def test_safetensors_and_the_format_of_before_torch_1_6(tmp_path: Path) -> None:
    network = made(Waves)
    said = replace(SAID, network="tests.checkpoints.families.small:Waves")
    save_file(network.state_dict(), tmp_path / "own.safetensors")
    torch.save({"model": network.state_dict()}, tmp_path / "own.pt", _use_new_zipfile_serialization=False)
    for name in ("own.safetensors", "own.pt"):
        checkpoint = read_checkpoint(tmp_path / name, said)
        assert (checkpoint.denoiser.variance, checkpoint.denoiser.integer_timesteps) == ("learned_range", False)
        assert_draws_as(checkpoint, network)


def test_half_precision_and_an_output_in_an_object(tmp_path: Path) -> None:
    network = made(Table)
    torch.save({name: tensor.half() for name, tensor in network.state_dict().items()}, tmp_path / "own.pt")
    checkpoint = read_checkpoint(tmp_path / "own.pt", replace(SAID, network=f"{__name__}:like_diffusers"))
    assert_draws_as(checkpoint, network.half().float())


def test_a_module_in_the_working_directory_runs_and_is_remembered_there_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_folder: Path
) -> None:
    (tmp_path / "net_of_mine.py").write_text("from tests.checkpoints.families.small import Table as Mine\n")
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    monkeypatch.chdir(tmp_path)
    checkpoint = keep_answers(read_checkpoint(tmp_path / "own.pt", replace(SAID, network="net_of_mine:Mine")))
    assert checkpoint.memory.place.startswith(str(own_folder))
    assert "net_of_mine:Mine" in Path(checkpoint.memory.place).read_text()
    assert_draws_as(read_checkpoint(Path("own.pt")), made(Table))
    monkeypatch.chdir(own_folder)
    with pytest.raises(UnansweredError):
        read_checkpoint(tmp_path / "own.pt")


def test_code_named_in_the_file_beside_is_not_run(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    (tmp_path / "own.pt.ddpm-studio.json").write_text('{"network": "tests.checkpoints.families.small:Table"}')
    with pytest.raises(UnansweredError) as error:
        read_checkpoint(tmp_path / "own.pt", SAID_ALL)
    assert error.value.missing == ("network",)


def test_a_network_that_is_taken_back_is_trusted_no_more(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    keep_answers(read_checkpoint(tmp_path / "own.pt", SAID))
    with pytest.raises(UnansweredError):
        read_checkpoint(tmp_path / "own.pt", forget=["network"])
    memory = recalled(tmp_path / "own.pt")
    assert memory.answers.network == TABLE, "it could not be opened without, and nothing changed"
    forget(memory)
    assert recalled(tmp_path / "own.pt").answers.network is None


def test_another_file_under_the_same_name_is_not_trusted(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    keep_answers(read_checkpoint(tmp_path / "own.pt", SAID))
    torch.save(made(Table, 1).state_dict(), tmp_path / "own.pt")
    with pytest.raises(UnansweredError):
        read_checkpoint(tmp_path / "own.pt")


def test_a_network_that_refuses_its_tensors(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    sentence = refused(tmp_path / "own.pt", replace(SAID, network=f"{__name__}:picky"))
    assert f"{__name__}:picky does not take the tensors of " in sentence
    assert "RuntimeError, not these" in sentence


def test_the_report_names_every_key_that_does_not_fit(tmp_path: Path) -> None:
    tensors = made(Table).state_dict()
    del tensors["time.weight"]
    tensors["extra.bias"] = torch.zeros(2)
    tensors["first.bias"] = torch.zeros(5)
    torch.save({"model": tensors}, tmp_path / "own.pt")
    sentence = refused(tmp_path / "own.pt")
    assert f"under model do not match {TABLE}: missing time.weight; unexpected extra.bias; " in sentence
    assert "of another shape first.bias (5,) for (8,);" in sentence


def test_a_long_report_counts_what_it_does_not_name(tmp_path: Path) -> None:
    torch.save(made(Waves).state_dict(), tmp_path / "waves.pt")
    with pytest.raises(MisfitError, match=r"missing first\.bias, and [0-9]+ more; "):
        fit(tmp_path / "waves.pt")
    torch.save({f"layer{i}": torch.zeros(1) for i in range(50)}, tmp_path / "own.pt")
    # How many are named depends on the room that the path leaves.
    with pytest.raises(MisfitError, match=r"unexpected layer0, .*and (46|48|49) more; ") as error:
        fit(tmp_path / "own.pt")
    assert error.value.report.unexpected == sorted(f"layer{i}" for i in range(50))
    assert error.value.report.missing == sorted(made(Table).state_dict())
    assert error.value.report.shapes == []


T = 50
TABLES = {"betas": torch.linspace(1e-3, 0.2, T), "alphas_cumprod": torch.cumprod(1 - torch.linspace(1e-3, 0.2, T), 0)}
BESIDE: dict[str, tuple[Callable[[nn.Module], dict[str, Any]], str]] = {
    "betas": (lambda net: {**net.state_dict(), "betas": TABLES["betas"]}, "as trained, leaving out betas"),
    "a list of its own": (
        lambda net: {**net.state_dict(), **TABLES, "my_weights": torch.ones(T)},
        "as trained, leaving out alphas_cumprod, betas and my_weights",
    ),
    "under a prefix": (
        lambda net: prefixed("net.", net) | {"net.beta": TABLES["betas"]},
        "as trained, under net, leaving out net.beta",
    ),
    "averaged": (
        lambda net: {"ema": {**net.state_dict(), **TABLES}},
        "EMA, under ema, leaving out ema.alphas_cumprod and ema.betas",
    ),
}


@pytest.mark.parametrize("layout", BESIDE)
def test_tables_beside_the_weights_are_the_schedule_and_no_part_of_the_network(tmp_path: Path, layout: str) -> None:
    content, weights = BESIDE[layout]
    network = made(Table)
    torch.save(content(network), tmp_path / "own.pt")
    checkpoint = read_checkpoint(tmp_path / "own.pt", replace(SAID, schedule=None))
    assert_draws_as(checkpoint, network)
    np.testing.assert_allclose(checkpoint.denoiser.schedule.betas, TABLES["betas"].double(), rtol=1e-5)
    assert {str(fact.label): str(fact.text) for fact in checkpoint.facts}["weights"] == weights


def test_what_is_as_long_as_no_table_is_still_unexpected(tmp_path: Path) -> None:
    torch.save(
        {**made(Table).state_dict(), **TABLES, "other": torch.ones(T + 1), "x.bias": torch.ones(T)}, tmp_path / "a.pt"
    )
    with pytest.raises(MisfitError) as error:
        fit(tmp_path / "a.pt")
    assert error.value.report.unexpected == ["other", "x.bias"]


def test_a_file_without_tensors_is_not_for_a_network(tmp_path: Path) -> None:
    torch.save({"step": 3}, tmp_path / "own.pt")
    words = "holds no tensors for --network to load; leave --network out."
    assert words in refused(tmp_path / "own.pt", replace(SAID, network="torch.nn:Identity"))


def test_weights_that_are_not_finite(tmp_path: Path) -> None:
    tensors = made(Table).state_dict()
    tensors["last.bias"][0] = torch.nan
    torch.save(tensors, tmp_path / "own.pt")
    with pytest.raises(CheckpointError, match=r"last\.bias in"):
        fit(tmp_path / "own.pt")


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (
            "tests.nowhere:Net",
            "There is no tests.nowhere:Net (No module named 'tests.nowhere'); name a function or class",
        ),
        ("tests.checkpoints.families.small:Net", "has no attribute 'Net'); name a function or class of a module"),
        (f"{__name__}:broken", "KeyError, 'no width'; name a function or class that can be called without"),
        (f"{__name__}:number", "returns int; it must return a torch.nn.Module"),
        (f"{__name__}:wide", "of another shape first.bias (8,) for (10,)"),
        ("torch.nn:Identity", "do not match torch.nn:Identity: unexpected first.bias"),
    ],
)
def test_factories_that_cannot_be_used(tmp_path: Path, network: str, words: str) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    assert words in refused(tmp_path / "own.pt", replace(SAID, network=network))


@pytest.mark.parametrize("network", ["os.system", "a:b:c", ":x", "a:", "a b:c", ""])
def test_what_names_no_network(network: str) -> None:
    with pytest.raises(CheckpointError, match=r"write package\.module:factory"):
        Answers(network=network)


@pytest.mark.parametrize("returned", ["pair", "nothing"])
def test_a_network_that_returns_no_tensor(tmp_path: Path, returned: str) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    kind = {"pair": "tuple", "nothing": "NoneType"}[returned]
    sentence = refused(tmp_path / "own.pt", replace(SAID, network=f"{__name__}:{returned}"))
    assert f"turns x of (3, 3, 8, 8) into {kind}; it must return one tensor of that shape" in sentence


def test_a_network_for_another_shape(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    said = replace(SAID, shape=(1, 8, 8))
    assert "draws is 3; use 3x8x8" in refused(tmp_path / "own.pt", said)
    assert "turns x of (3, 3, 9, 9) into (3, 3, 8, 8)" in refused(tmp_path / "own.pt", replace(SAID, shape=(3, 9, 9)))


def test_a_pickle_is_not_run_for_it(tmp_path: Path) -> None:
    torch.save({"model": made(Table).state_dict(), "hook": Bomb(tmp_path / "run")}, tmp_path / "own.pt")
    assert "io.open, and reading it would execute that" in refused(tmp_path / "own.pt")
    assert not (tmp_path / "run").exists()


def test_memory_that_runs_out_there_halves_the_batch_here(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    denoiser = read_checkpoint(tmp_path / "own.pt", replace(SAID, network=f"{unruly.__name__}:Frugal")).denoiser
    table = solver_table("ddim", Steps.from_spacing(denoiser.schedule, 2))
    steps = run(table, denoiser, denoiser.starting_noise(8, torch.Generator().manual_seed(0)))
    assert [step.pictures_at_once for step in steps] == [4, 4]


def test_in_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.pt"
    torch.save({"ema": made(Table).state_dict()}, path)
    assert main(["inspect", str(path)]) == 2
    asked = "--network package.module:factory --shape 3x32x32 --schedule linear:T=1000 --prediction-type epsilon"
    assert capsys.readouterr().err.strip().endswith(f"prediction type; give {asked}, with its own values.")
    told = [f"--network={TABLE}", "--shape=3,8,8", "--schedule=cosine:T=100", "--prediction-type=epsilon"]
    assert main(["inspect", str(path), *told]) == 0
    assert "EMA, under ema" in capsys.readouterr().out
    draw = ["sample", "--checkpoint", str(path), "--steps=2", "--batch=2", "-o", str(tmp_path / "a.npz")]
    assert main(draw) == 2, "nothing has drawn yet"
    assert main([*draw, *told]) == main(draw) == 0
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["steps"].tolist() == [0, 1]


def test_a_folder_in_place_of_the_file_of_weights(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    sentence = refused(tmp_path)
    assert "is a folder, and a network that is named takes its weights from a file" in sentence
    assert read_checkpoint(sentence.rpartition("such as ")[2].removesuffix("."), SAID).denoiser.shape == SAID.shape
