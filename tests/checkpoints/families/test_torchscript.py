"""TorchScript programs draw what the module drew, and are not loaded where they could do more than that."""

from __future__ import annotations

import pickle
import re
import zipfile
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import (
    Answers,
    Origin,
    UnansweredError,
    card_of,
    keep_answers,
    open_checkpoint,
    read_checkpoint,
)
from ddpm_studio.checkpoints.families.torchscript.claims import check_claims
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.small import SAID_ALL, SHAPE, Bomb, Table, Waves, inputs, made, quiet, rewritten


def script(network: nn.Module, path: Path) -> Path:
    with quiet():
        torch.jit.script(network).save(str(path))
    return path


def trace(network: nn.Module, path: Path, t: Tensor, batch: int = 2) -> Path:
    with quiet():
        torch.jit.trace(network, (inputs(batch)[0], t)).save(str(path))
    return path


def refused(path: Path, answers: Answers = SAID_ALL) -> str:
    with pytest.raises(CheckpointError) as error:
        open_checkpoint(path, answers)
    return str(error.value)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return script(made(Table), tmp_path_factory.mktemp("scripts") / "table.pt")


def test_a_script_with_an_embedding_table(table: Path) -> None:
    network, checkpoint = made(Table), read_checkpoint(table, SAID_ALL)
    denoiser = checkpoint.denoiser
    assert (checkpoint.family, checkpoint.network) == ("TorchScript", "Table")
    assert checkpoint.parameters == sum(p.numel() for p in network.parameters())
    assert denoiser.integer_timesteps
    x, t = inputs()
    with torch.no_grad():
        torch.testing.assert_close(denoiser.network(x, t), network(x, t), rtol=1e-5, atol=1e-5)


def test_a_trace_with_a_learned_variance(tmp_path: Path) -> None:
    network = made(Waves)
    path = trace(network, tmp_path / "waves.pt", torch.tensor([3.0, 5.0]))
    denoiser = open_checkpoint(path, SAID_ALL)
    assert (denoiser.integer_timesteps, denoiser.variance) == (False, "learned_range")
    x, t = inputs()
    with torch.no_grad():
        torch.testing.assert_close(denoiser.network(x, t + 0.5), network(x, t + 0.5), rtol=1e-5, atol=1e-5)


def test_a_trace_for_one_picture_draws_any_number(tmp_path: Path) -> None:
    class Single(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = made(Table)

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            return self.inner(x, t).reshape(1, *SHAPE)

    checkpoint = read_checkpoint(trace(Single(), tmp_path / "one.pt", torch.tensor([3]), 1), SAID_ALL)
    assert "one picture at a time" in str(checkpoint.assumed[1])
    x, t = inputs(3)
    with torch.no_grad():
        torch.testing.assert_close(checkpoint.denoiser.network(x, t), made(Table)(x, t), rtol=1e-5, atol=1e-5)


def test_what_is_missing_is_asked_for_once(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "asked.pt"
    path.write_bytes(table.read_bytes())
    with pytest.raises(UnansweredError, match="its shape, schedule and prediction type; give --shape"):
        open_checkpoint(path)
    with pytest.raises(UnansweredError, match="its schedule and prediction type; give --schedule"):
        open_checkpoint(path, Answers(shape=SHAPE))
    keep_answers(read_checkpoint(path, Answers((8, 8), Schedule.parse("linear:T=100"), "sample")))
    checkpoint = read_checkpoint(path)
    assert checkpoint.denoiser.shape == SHAPE
    assert (str(checkpoint.denoiser.schedule), checkpoint.denoiser.prediction_type) == ("linear:T=100", "sample")
    origins = {row.key: row.origin for row in card_of(checkpoint)}
    assert {origins[key] for key in ("shape", "schedule", "prediction_type")} == {Origin.GIVEN}
    assert origins["parameters"] is Origin.FILE
    assert origins["clip"] is origins["integer_timesteps"] is Origin.ASSUMED


def test_another_answer_goes_before_a_remembered_one(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "asked.pt"
    path.write_bytes(table.read_bytes())
    keep_answers(read_checkpoint(path, SAID_ALL))
    other = keep_answers(read_checkpoint(path, Answers(prediction_type="v_prediction")))
    assert other.denoiser.prediction_type == "v_prediction"
    again = open_checkpoint(path)
    assert (again.prediction_type, again.schedule) == ("v_prediction", SAID_ALL.schedule)


def test_a_shape_that_does_not_fit(table: Path) -> None:
    sentence = refused(table, Answers((1, 8, 8), SAID_ALL.schedule, "epsilon"))
    assert "cannot be called with x of (3, 1, 8, 8) and t of (3,)" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("call", ["torch.save(x, name)", "x.save(name)", "torch.from_file(name, True, 4)", "print(x)"])
def test_programs_that_reach_further_are_not_loaded(table: Path, tmp_path: Path, call: str) -> None:
    """Code that torch.jit.load would take: a line is put before the first of forward."""
    target = tmp_path / "run"
    line = call.replace("name", repr(str(target)).replace("'", '"'))
    sentence = refused(with_line(table, tmp_path / "evil.pt", line))
    assert "is a TorchScript program with" in sentence
    assert "so it was not loaded" in sentence
    assert not target.exists()


def test_code_that_would_run_on_loading_is_refused(tmp_path: Path) -> None:
    class Stateful(nn.Module):
        @torch.jit.export
        def __getstate__(self) -> tuple[Tensor, bool]:
            return torch.zeros(1), self.training

        @torch.jit.export
        def __setstate__(self, state: tuple[Tensor, bool]) -> None:
            self.training = state[1]

        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            return x

    assert "state__, which is more than networks need" in refused(script(Stateful(), tmp_path / "state.pt"))


def test_a_pickle_in_it_is_not_run(table: Path, tmp_path: Path) -> None:
    bomb = pickle.dumps({"a": Bomb(tmp_path / "run")}, protocol=2)
    for member in ("data.pkl", "constants.pkl"):
        assert "io.open" in refused(rewritten(table, tmp_path / "evil.pt", {member: bomb}))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["__torch__.torch.classes.quantized.LinearPackedParamsBase", "os.system"])
def test_objects_of_registered_classes_are_refused(table: Path, tmp_path: Path, name: str) -> None:
    module, _, last = name.rpartition(".")
    pickled = b"\x80\x02c" + module.encode() + b"\n" + last.encode() + b"\n."
    assert name in refused(rewritten(table, tmp_path / "evil.pt", {"data.pkl": pickled}))


@pytest.mark.parametrize("left", [0, -1])
def test_a_tensor_shorter_than_it_claims_is_not_read_beyond(table: Path, tmp_path: Path, left: int) -> None:
    """torch.jit.load reads on, in memory that is not the tensor's, or ends the process."""
    numbers = [name for name in members(table) if re.fullmatch(r"data/\d+", name)]
    assert len(numbers) == 7
    for name in numbers:
        with zipfile.ZipFile(table) as archive:
            content = archive.read(f"{table.stem}/{name}")
        assert "is damaged, or from another" in refused(rewritten(table, tmp_path / "a.pt", {name: content[:left]}))


def constant(storage: str, elements: int) -> bytes:
    """The pickle of one tensor of three numbers among a program's constants."""
    return (
        b"\x80\x02(ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\n%b\nX\x01\0\0\0"
        b"0X\x03\0\0\0cpuK%ctQK\0(K\3t(K\1t\x89ccollections\nOrderedDict\n)RtRt."
    ) % (storage.encode(), elements)


@pytest.mark.parametrize(
    ("storage", "elements", "there"),
    [
        ("FloatStorage", 3, True),
        ("FloatStorage", 4, False),
        ("LongStorage", 3, False),
        ("QInt32Storage", 3, False),
    ],
)
def test_constants_are_as_long_as_they_claim(
    table: Path, tmp_path: Path, storage: str, elements: int, there: bool
) -> None:
    changes = {"constants.pkl": constant(storage, elements), "constants/0": bytes(12)}
    path = rewritten(table, tmp_path / "a.pt", changes)
    if there:
        assert open_checkpoint(path, SAID_ALL).shape == SHAPE
    else:
        assert "is damaged, or from another version" in refused(path)


def test_a_pickle_that_two_unpicklers_may_take_in_two_ways_is_refused() -> None:
    with pytest.raises(ValueError, match="POP in a pickle"):
        check_claims(b"\x80\x02)(0.", {})


@pytest.mark.parametrize("content", [None, b"", b"def (", b"\xff", b"class A(Module):\n  x : Nothing\n"])
def test_missing_and_broken_code(table: Path, tmp_path: Path, content: bytes | None) -> None:
    name = code_of(table)
    assert "is damaged, or from another version" in refused(rewritten(table, tmp_path / "broken.pt", {name: content}))


def code_of(path: Path) -> str:
    """The member with the code of the network, whose name is mangled where its class was compiled before."""
    return next(name for name in members(path) if re.search(r"/small(/___torch_mangle_\d+)?\.py$", name))


def members(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return [name.partition("/")[2] for name in archive.namelist()]


def with_line(archive: Path, target: Path, line: str) -> Path:
    name = code_of(archive)
    with zipfile.ZipFile(archive) as old:
        code = old.read(f"{archive.stem}/{name}").decode()
    before, mark, after = code.partition("-> Tensor:\n")
    changed = f"{before}{mark}    {line}\n{after}"
    return rewritten(archive, target, {name: changed.encode()})
