"""Networks that make timesteps whole themselves are called with whole ones, and the card says that it was tried."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, Origin, card_of, read_checkpoint
from ddpm_studio.checkpoints.families.shared.casts import casts_to_whole
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError, SamplingError
from ddpm_studio.texts import SourceText
from tests.checkpoints.families.exported.test_family import EACH, export
from tests.checkpoints.families.small import SAID_ALL, SHAPE, Table, Waves, made, quiet
from tests.checkpoints.families.test_torchscript import trusted

pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


class Casting(Table):
    """An embedding table that takes any number and makes it whole itself."""

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return super().forward(x, t.long())


class Rounding(Table):
    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return super().forward(x, t.round().long())


class Timeless(Table):
    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return super().forward(x, torch.zeros_like(t).long())


class Failing(nn.Module):
    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        raise KeyError("no such time")


class Refusing(nn.Module):
    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        raise SamplingError(SourceText("It has ended."))


def scripted(network: nn.Module, folder: Path) -> tuple[Path, Answers]:
    with quiet():
        torch.jit.trace(network, (torch.zeros(2, *SHAPE), torch.ones(2))).save(str(folder / "own.pt"))
    return trusted(folder / "own.pt"), SAID_ALL


def weights(network: nn.Module, folder: Path) -> tuple[Path, Answers]:
    torch.save(network.state_dict(), folder / "own.pt")
    name = f"tests.checkpoints.families.test_casts:{type(network).__name__}"
    return folder / "own.pt", Answers(network=name).over(SAID_ALL)


def exported(network: nn.Module, folder: Path) -> tuple[Path, Answers]:
    path = folder / "own.pt2"
    program = torch.export.export(network, (torch.zeros(2, *SHAPE), torch.ones(2)), dynamic_shapes=EACH)
    torch.export.save(program, path)
    return path, SAID_ALL


@pytest.mark.parametrize("make", [scripted, weights, exported])
@pytest.mark.parametrize("kind", [Casting, Rounding])
def test_a_network_that_casts_is_told_whole_timesteps(
    tmp_path: Path, kind: type[nn.Module], make: Callable[[nn.Module, Path], tuple[Path, Answers]]
) -> None:
    path, said = make(made(kind), tmp_path)
    checkpoint = read_checkpoint(path, said)
    assert checkpoint.denoiser.integer_timesteps
    row = next(row for row in card_of(checkpoint) if row.key == "integer_timesteps")
    assert (str(row.text), row.origin) == ("whole numbers", Origin.TRIED)
    notes = [str(note) for note in checkpoint.assumed if "integer_timesteps" in note.about]
    assert notes == ["whole timesteps, since a fraction more makes no difference to it"]


@pytest.mark.parametrize("make", [scripted, exported])
@pytest.mark.parametrize("kind", [Waves, Timeless])
def test_any_other_is_told_fractions(
    tmp_path: Path, kind: type[nn.Module], make: Callable[[nn.Module, Path], tuple[Path, Answers]]
) -> None:
    path, said = make(made(kind), tmp_path)
    assert not read_checkpoint(path, said).denoiser.integer_timesteps


def test_one_that_takes_no_fractions_was_tried(tmp_path: Path) -> None:
    path = export(made(Table), tmp_path / "own.pt2", dynamic_shapes=EACH)
    row = next(row for row in card_of(read_checkpoint(path, SAID_ALL)) if row.key == "integer_timesteps")
    assert row.origin is Origin.FILE
    with quiet():
        torch.jit.script(made(Table)).save(str(tmp_path / "own.pt"))
    rows = {row.key: row for row in card_of(read_checkpoint(trusted(tmp_path / "own.pt"), SAID_ALL))}
    assert rows["integer_timesteps"].origin is rows["classes"].origin is Origin.TRIED


def test_what_fails_is_left_as_it_is() -> None:
    assert not casts_to_whole(Failing(), SHAPE, 3, labelled=False)
    with pytest.raises(SamplingError):
        casts_to_whole(Refusing(), SHAPE, 3, labelled=False)


@pytest.mark.parametrize("time", ["t/T", "1-t"])
def test_one_that_rounds_away_what_it_is_to_be_told_is_refused(tmp_path: Path, time: str) -> None:
    path, said = scripted(made(Casting), tmp_path)
    with pytest.raises(CheckpointError, match=f"takes whole timesteps alone, and {time} are fractions; give --time t"):
        read_checkpoint(path, Answers(time=time).over(said))
    assert read_checkpoint(path, Answers(time="t").over(said)).denoiser.integer_timesteps


def test_shares_of_t_are_not_tried(tmp_path: Path) -> None:
    class Rescaling(Table):
        def forward(self, x: Tensor, t: Tensor) -> Tensor:
            return super().forward(x, (t * 100).round().long().clamp(0, 99))

    path, said = scripted(made(Rescaling), tmp_path)
    assert not read_checkpoint(path, Answers(time="t/T").over(said)).denoiser.integer_timesteps


@pytest.mark.parametrize(
    ("spec", "remarked"),
    [("linear:T=1000", False), ("linear:T=4000", True), ("cosine:T=4000", False), ("linear:T=1000,beta_end=0.2", True)],
)
def test_a_t_that_leaves_nothing_for_long_is_remarked(tmp_path: Path, spec: str, remarked: bool) -> None:
    path, said = scripted(made(Waves), tmp_path)
    schedule = Schedule.parse(spec)
    notes = [str(note) for note in read_checkpoint(path, Answers(schedule=schedule).over(said)).assumed]
    found = [note for note in notes if "training went on" in note]
    assert bool(found) is remarked
    if remarked:
        t = int(found[0].partition("from t = ")[2].split()[0])
        assert schedule.coefficients.alphas_cumprod[t - 2] > 4.53978e-5 > schedule.coefficients.alphas_cumprod[t - 1]
