"""TorchScript programs that the user trusts draw what the module drew; of others nothing is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import (
    Answers,
    Origin,
    UnansweredError,
    UntrustedError,
    card_of,
    keep_answers,
    open_checkpoint,
    read_checkpoint,
    trust_program,
)
from ddpm_studio.checkpoints.families.torchscript import family
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.small import SAID_ALL, SHAPE, Table, Waves, inputs, made, quiet

pytestmark = pytest.mark.usefixtures("forked")


def script(network: nn.Module, path: Path) -> Path:
    with quiet():
        torch.jit.script(network).save(str(path))
    return path


def trace(network: nn.Module, path: Path, t: Tensor, batch: int = 2) -> Path:
    with quiet():
        torch.jit.trace(network, (inputs(batch)[0], t)).save(str(path))
    return path


def trusted(path: Path) -> Path:
    """The same program, trusted from now on."""
    trust_program(path)
    return path


class Stateful(nn.Module):
    """A program that runs code when it is loaded."""

    @torch.jit.export
    def __getstate__(self) -> tuple[Tensor, bool]:
        return torch.zeros(1), self.training

    @torch.jit.export
    def __setstate__(self, state: tuple[Tensor, bool]) -> None:
        self.training = state[1]

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return x


def refused(path: Path, answers: Answers = SAID_ALL) -> str:
    with pytest.raises(CheckpointError) as error:
        open_checkpoint(path, answers)
    return str(error.value)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return script(made(Table), tmp_path_factory.mktemp("scripts") / "table.pt")


def test_a_script_with_an_embedding_table(table: Path) -> None:
    network, checkpoint = made(Table), read_checkpoint(trusted(table), SAID_ALL)
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
    denoiser = open_checkpoint(trusted(path), SAID_ALL)
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

    checkpoint = read_checkpoint(trusted(trace(Single(), tmp_path / "one.pt", torch.tensor([3]), 1)), SAID_ALL)
    assert any("one picture at a time" in str(each) for each in checkpoint.assumed)
    x, t = inputs(3)
    with torch.no_grad():
        torch.testing.assert_close(checkpoint.denoiser.network(x, t), made(Table)(x, t), rtol=1e-5, atol=1e-5)


def test_what_is_missing_is_asked_for_once(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "asked.pt"
    path.write_bytes(trusted(table).read_bytes())
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
    assert origins["clip"] is Origin.ASSUMED
    assert origins["integer_timesteps"] is Origin.TRIED


def test_another_answer_goes_before_a_remembered_one(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "asked.pt"
    path.write_bytes(trusted(table).read_bytes())
    keep_answers(read_checkpoint(path, SAID_ALL))
    other = keep_answers(read_checkpoint(path, Answers(prediction_type="v_prediction")))
    assert other.denoiser.prediction_type == "v_prediction"
    again = open_checkpoint(path)
    assert (again.prediction_type, again.schedule) == ("v_prediction", SAID_ALL.schedule)


def test_a_shape_that_does_not_fit(table: Path) -> None:
    sentence = refused(trusted(table), Answers((1, 8, 8), SAID_ALL.schedule, "epsilon"))
    assert "The shape is 1x8x8, but the number of channels that" in sentence
    assert "\n" not in sentence


def test_the_card_says_that_it_is_trusted(table: Path) -> None:
    row = next(row for row in card_of(read_checkpoint(trusted(table), SAID_ALL)) if row.key == "trust")
    assert str(row.text).startswith("trusted, SHA-256 ")
    assert row.origin is Origin.GIVEN
    assert not row.changeable


@pytest.mark.parametrize("network", [Table, Stateful])
def test_what_is_not_trusted_is_not_even_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: Callable[[], nn.Module]
) -> None:
    path = script(network(), tmp_path / "script.pt")
    monkeypatch.setattr("subprocess.Popen", None)
    with pytest.raises(UntrustedError, match="add --trust if you trust it, or ask for a"):
        open_checkpoint(path, SAID_ALL)


def test_another_program_under_the_same_name_is_not_trusted(table: Path, tmp_path: Path) -> None:
    """One byte decides, also where the blocks by which a checkpoint's answers are found again are the same."""
    content = bytearray(table.read_bytes())
    path = tmp_path / "script.pt"
    path.write_bytes(content)
    trust_program(path)
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(UntrustedError):
        open_checkpoint(path, SAID_ALL)


def test_code_that_runs_on_loading_is_run_once_it_is_trusted(tmp_path: Path) -> None:
    denoiser = open_checkpoint(trusted(script(Stateful(), tmp_path / "state.pt")), SAID_ALL)
    x, t = inputs()
    assert torch.equal(denoiser.network(x, t), x)


def test_what_is_loaded_is_what_was_trusted(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody puts another program under the name, or into the file, after it was found to be trusted."""
    path, other = tmp_path / "script.pt", script(Stateful(), tmp_path / "other.pt").read_bytes()
    path.write_bytes(trusted(table).read_bytes())

    def swapped(digest: str) -> bool:
        path.write_bytes(other)
        return True

    monkeypatch.setattr(family, "is_trusted", swapped)
    assert "was changed while it was read" in refused(path)

    def replaced(digest: str) -> bool:
        (tmp_path / "new.pt").write_bytes(other)
        (tmp_path / "new.pt").replace(path)
        return True

    path.write_bytes(table.read_bytes())
    monkeypatch.setattr(family, "is_trusted", replaced)
    assert read_checkpoint(path, SAID_ALL).network == "Table"


def test_a_trusted_program_that_is_damaged(tmp_path: Path, table: Path) -> None:
    path = tmp_path / "cut.pt"
    content = table.read_bytes()
    path.write_bytes(content.replace(b"torch", b"hcrot"))
    assert "is damaged, or from another version of torch" in refused(trusted(path))
