"""Members of an exported program's archive are read as those of weights are, and so are the weights saved in them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.errors import StudioError
from tests.checkpoints.families.small import SAID, Bomb, inputs, quiet, rewritten, saved

TABLE = "data/weights/model_weights_config.json"


class Masked(nn.Module):
    """A weight that is added in places."""

    where: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 8, 8))
        self.register_buffer("where", torch.arange(64).view(8, 8) % 3 == 0)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return x + self.where * self.weight + t[:, None, None, None]


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "masked.pt2"
    with quiet():
        torch.export.save(torch.export.export(Masked(), inputs(2)), path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(StudioError) as error:
        open_checkpoint(path, SAID)
    return str(error.value)


def assert_good(path: Path) -> None:
    x, t = inputs(2)
    with torch.no_grad():
        torch.testing.assert_close(open_checkpoint(path, SAID).network(x, t), Masked()(x, t))


def member(path: Path, weight: str) -> str:
    """The member that a weight lies in."""
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read(f"masked/{TABLE}"))["config"]
    return f"data/weights/{config[weight]['path_name']}"


def another_checksum(masked: Path, path: Path) -> None:
    content = masked.read_bytes()
    ones = Masked().weight.detach().numpy().tobytes()
    assert content.count(ones) == 1
    path.write_bytes(content.replace(ones, b"\0\0\0\0" + ones[4:]))


def over_each_other(masked: Path, path: Path) -> None:
    """The directory says that one weight begins within the other."""
    _moved(masked, path, 4)


def in_one_place(masked: Path, path: Path) -> None:
    """The directory says that one weight begins where the other does."""
    _moved(masked, path, 0)


def _moved(masked: Path, path: Path, by: int) -> None:
    first, second = (f"masked/{member(masked, name)}" for name in ("weight", "where"))
    with zipfile.ZipFile(masked) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.getinfo(second).header_offset = new.getinfo(first).header_offset + by


def twice(masked: Path, path: Path) -> None:
    path.write_bytes(masked.read_bytes())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as file:
        file.writestr(f"masked/{member(masked, 'weight')}", bytes(768))


def other_truths(masked: Path, path: Path) -> None:
    rewritten(masked, path, {member(masked, "where"): b"\2" * 64})


@pytest.mark.parametrize(
    "change", [another_checksum, over_each_other, in_one_place, twice, other_truths], ids=lambda change: change.__name__
)
def test_archives(masked: Path, tmp_path: Path, change: Callable[[Path, Path], None]) -> None:
    assert_good(masked)
    change(masked, tmp_path / "evil.pt2")
    assert "cannot be read" in refusal(tmp_path / "evil.pt2")


def old(masked: Path, path: Path, weights: bytes) -> Path:
    """The program in the layout of before torch 2.8, with these weights."""
    with zipfile.ZipFile(masked) as current, zipfile.ZipFile(path, "w") as archive:
        archive.writestr("version", "8.7")
        archive.writestr("serialized_exported_program.json", current.read("masked/models/model.json"))
        archive.writestr("serialized_state_dict.pt", weights)
        archive.writestr("serialized_constants.pt", b"")
    return path


def bits(**tensors: Any) -> bytes:
    return saved({**Masked().state_dict(), **tensors})


def test_weights_that_were_saved(masked: Path, tmp_path: Path) -> None:
    assert_good(old(masked, tmp_path / "old.pt2", bits()))
    parameters = nn.Parameter(torch.ones(3, 8, 8))
    assert_good(old(masked, tmp_path / "parameters.pt2", bits(weight=parameters)))


NOT_READ: dict[str, Callable[[Path], bytes]] = {
    "another checksum": lambda folder: bits().replace(b"\0\0\x80\x3f", bytes(4), 1),
    "cut short": lambda folder: bits()[:-100],
    "a truth that is two": lambda folder: bits(where=torch.full((8, 8), 2, dtype=torch.uint8).view(torch.bool)),
    "an expanded weight": lambda folder: bits(weight=torch.ones(1).expand(2**40)),
    "a sparse weight": lambda folder: bits(weight=torch.eye(8).to_sparse()),
    "many dimensions": lambda folder: bits(weight=torch.ones([1] * 40)),
    "something else": lambda folder: bits(weight="text"),
    "a list": lambda folder: saved([torch.ones(3)]),
    "code": lambda folder: bits(weight=Bomb(folder / "run")),
}


@pytest.mark.parametrize("what", NOT_READ)
def test_weights_that_are_not_read(masked: Path, tmp_path: Path, what: str) -> None:
    assert "cannot be read" in refusal(old(masked, tmp_path / "old.pt2", NOT_READ[what](tmp_path)))
    assert not (tmp_path / "run").exists()


def test_saved_weights_in_one_memory_count_each(masked: Path, tmp_path: Path) -> None:
    large = torch.zeros(2**20)

    def shared(count: int) -> Path:
        views = {f"other{i}": large.view(-1) for i in range(count)}
        return old(masked, tmp_path / f"shared{count}.pt2", bits(**views))

    assert_good(shared(5))
    assert "would take more than" in refusal(shared(100))
